"""Server-sent events: holds a visitor's connection and forwards what their feed brings.

retry: 2000
event: status     first, and again when it changed; no id, so that a resumption skips nothing
event: partial    how far a reply got: the newest alone, and no more once the reply is there; no id either
event: reply      with the feed's own id, which comes back as Last-Event-ID
event: said       the same: what a known customer said on another device
: keep-alive      when nothing else was said for a while, so that no proxy hangs up
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import suppress
from typing import Final

import structlog
from aiohttp import web

from adapters.webchat.payload import write
from adapters.webchat.places import Places, is_gone
from bot.errors import Unavailable
from bot.ports import Feed, FeedEvent
from bot.types import Conversation

log = structlog.get_logger()

AskStatus = Callable[[], Awaitable[dict[str, object]]]
"""What the `status` event says. Asked at each connect and each keep-alive, so it must be cheap."""

MOST_STREAMS: Final = 5
"""Of one visitor, so of their open tabs: a browser keeps six connections to a host and needs one to ask."""
KEEP_ALIVE_S: Final = 15.0
_RETRY_MS: Final = 2000
_HEADERS: Final = {
    "Content-Type": "text/event-stream; charset=utf-8",
    "Cache-Control": "no-store, no-transform",
    "X-Accel-Buffering": "no",  # nginx would hold events back until its buffer is full
}


class Streams:
    """All open event streams of this process."""

    def __init__(self, feed: Feed, *, keep_alive_s: float = KEEP_ALIVE_S) -> None:
        self._feed = feed
        self._keep_alive_s = keep_alive_s
        self._visitors = Places(MOST_STREAMS, "open event streams in this session")
        self._open: set[_Stream] = set()
        self._closing = False

    async def serve(
        self, request: web.Request, conversation: Conversation, after: str, ask_status: AskStatus
    ) -> web.StreamResponse:
        """Forward events later than `after` until the visitor goes or we stop.

        Raises TooMany past MOST_STREAMS, and Unavailable before anything was sent.
        """
        if self._closing:
            raise Unavailable("this gateway is stopping")
        stream = _Stream(request, ask_status, self._keep_alive_s)
        with self._visitors.hold(conversation, request):
            self._open.add(stream)
            try:
                await stream.start()
                await stream.run(self._feed.follow(conversation, after))
            finally:
                self._open.discard(stream)
        log.info("stream_closed", channel=conversation.channel)
        return stream.response

    async def close(self, _: web.Application) -> None:
        """For `app.on_shutdown`: let all visitors go, so that stopping takes no time. They come back."""
        self._closing = True
        for stream in list(self._open):
            stream.hang_up()


class _Stream:
    """One visitor's connection."""

    def __init__(self, request: web.Request, ask_status: AskStatus, keep_alive_s: float) -> None:
        self.response = web.StreamResponse(headers=_HEADERS)
        self._request = request
        self._ask_status = ask_status
        self._keep_alive_s = keep_alive_s
        self._status = ""
        self._last_sign = 0.0
        self._ended = False
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Send the headers and the status. Raises Unavailable before anything is sent."""
        self._status = write(await self._ask_status())
        with suppress(ConnectionError):
            await self.response.prepare(self._request)
            await self._say(f"retry: {_RETRY_MS}\n{_block('status', self._status)}")

    async def run(self, events: AsyncIterator[FeedEvent | None]) -> None:
        """Forward until the visitor goes, the feed fails or `hang_up` is called."""
        if self._ended:
            return
        # A task of its own: hanging up must cancel the waiting, and not the handler that has to say goodbye.
        self._task = asyncio.create_task(self._forward(events))
        try:
            await asyncio.wait({self._task})
        finally:
            self._task.cancel()
        if not self._task.cancelled():
            self._task.result()

    def hang_up(self) -> None:
        """End it from our side."""
        self._ended = True
        if self._task:
            self._task.cancel()

    async def _forward(self, events: AsyncIterator[FeedEvent | None]) -> None:
        try:
            async for event in events:
                if is_gone(self._request):
                    return
                await (self._idle() if event is None else self._say(_block(event.kind, event.data, event.id)))
        except ConnectionError:
            return  # the visitor went while we wrote
        except Unavailable as error:
            # Too late for a 503: the end of the stream makes the browser come back, and wait if it must.
            log.warning("stream_lost", reason=str(error))
        finally:
            await _close(events)

    async def _idle(self) -> None:
        """A sign of life, when it is time: the status if it changed, else a comment."""
        if time.monotonic() - self._last_sign < self._keep_alive_s:
            return
        before, self._status = self._status, write(await self._ask_status())
        changed = self._status != before
        await self._say(_block("status", self._status) if changed else ": keep-alive\n\n")

    async def _say(self, text: str) -> None:
        await self.response.write(text.encode())
        self._last_sign = time.monotonic()


async def _close(events: AsyncIterator[FeedEvent | None]) -> None:
    """Let the feed tidy up now rather than when the garbage collector comes by."""
    if isinstance(events, AsyncGenerator):
        await events.aclose()


def _block(kind: str, data: str, event_id: str = "") -> str:
    """One event in the wire form of https://html.spec.whatwg.org/multipage/server-sent-events.html."""
    lines = "".join(f"data: {line}\n" for line in data.replace("\r", "").split("\n"))
    numbered = f"id: {event_id}\n" if event_id else ""
    return f"{numbered}event: {kind}\n{lines}\n"
