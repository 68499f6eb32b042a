"""One connection to DingTalk, from its ticket to its end."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Final

import aiohttp
import structlog
from yarl import URL

from adapters import metrics
from adapters.dingtalk.stream import frames
from bot.errors import BadRequest, Unavailable
from bot.waiting import end

log = structlog.get_logger()

Answer = Callable[[frames.Frame], Awaitable[str | None]]
"""What to say to a frame; None: nothing. Raises nothing."""

CONNECT_S: Final = 10.0
HEARTBEAT_S: Final = 20.0
"""Between websocket pings; no pong for half of that, and the connection counts as lost. After a loss of
network the server goes on sending to the dead connection, and nothing tells us but this."""
MAX_IN_FLIGHT: Final = 100
"""Messages of one connection that are being stored; the next is read when there is room (as the Go SDK)."""
DRAIN_S: Final = 5.0
_CLOSE_S: Final = 2.0


async def connect(address: URL, answer: Answer, *, channel: str) -> Connection:
    """A connection that answers already. Raises Unavailable.

    The session is its own: what lives for hours takes no place in the pool that replies go out by.
    """
    async with AsyncExitStack() as opened:
        session = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
        await opened.enter_async_context(session)
        socket = await _websocket(session, address)
        return Connection(socket, answer, channel=channel, opened=opened.pop_all())


async def _websocket(session: aiohttp.ClientSession, address: URL) -> aiohttp.ClientWebSocketResponse:
    try:
        async with asyncio.timeout(CONNECT_S):
            return await session.ws_connect(
                address,
                heartbeat=HEARTBEAT_S,
                max_msg_size=frames.MAX_FRAME_BYTES,
                timeout=aiohttp.ClientWSTimeout(ws_close=_CLOSE_S),
            )
    except (aiohttp.ClientError, TimeoutError) as error:
        # not the error's own text, which holds the address, and so the ticket
        status = f", HTTP {error.status}" if isinstance(error, aiohttp.ClientResponseError) else ""
        raise Unavailable(f"no websocket came about ({type(error).__name__}{status})") from None


class Connection:
    """A websocket whose frames are answered, many at a time, each on this very websocket."""

    def __init__(
        self,
        socket: aiohttp.ClientWebSocketResponse,
        answer: Answer,
        *,
        channel: str,
        opened: AsyncExitStack,
    ) -> None:
        self.sent_away = False
        """True once the server asked us to leave."""
        self._socket = socket
        self._answer = answer
        self._channel = channel
        self._opened = opened
        self._room = asyncio.Semaphore(MAX_IN_FLIGHT)
        self._answering: set[asyncio.Task[None]] = set()
        self._parting = asyncio.Event()
        self._reading = asyncio.create_task(self._read(), name=f"read:{channel}")
        self._reading.add_done_callback(lambda _: self._parting.set())

    async def until_parting(self) -> None:
        """Return when the server asks us to leave, or the connection is over."""
        await self._parting.wait()
        if self._reading.done() and not self._reading.cancelled():
            self._reading.result()  # a fault of ours in reading is not to be lost

    async def until_over(self, seconds: float) -> None:
        """Return when nothing more can come this way; after `seconds` at most."""
        await asyncio.wait({self._reading}, timeout=seconds)

    async def finish(self) -> None:
        """Read no more; let what is at hand be stored and acknowledged, for DRAIN_S at most; then close.

        May be called again when it was cancelled.
        """
        await end({self._reading})
        if self._answering:
            await asyncio.wait(self._answering, timeout=DRAIN_S)
        await end(self._answering)
        await self._socket.close()
        await self._opened.aclose()

    async def _read(self) -> None:
        with metrics.STREAM_CONNECTIONS.labels(self._channel).track_inprogress():
            async for message in self._socket:
                if message.type is aiohttp.WSMsgType.TEXT:
                    await self._handle(message.data)
                elif message.type is aiohttp.WSMsgType.ERROR:  # too long a frame, or no pong
                    error = type(message.data).__name__
                    log.warning("dingtalk_stream_broke", channel=self._channel, error=error)
                else:
                    self._skip("the frame is no text")

    async def _handle(self, text: str) -> None:
        """Begin to answer a frame, once there is room for it."""
        try:
            frame = frames.read(text)
        except BadRequest as error:
            return self._skip(str(error))
        if frame.asks_to_leave:
            self.sent_away = True
            return self._parting.set()
        await self._room.acquire()
        task = asyncio.create_task(self._say(frame), name=f"answer:{self._channel}")
        self._answering.add(task)
        task.add_done_callback(self._said)
        return None

    async def _say(self, frame: frames.Frame) -> None:
        text = await self._answer(frame)
        if text is None:
            return
        try:
            await self._socket.send_str(text)
        except (aiohttp.ClientError, ConnectionError):
            # DingTalk delivers again, and the inbox knows the message by its id
            log.info("dingtalk_stream_acknowledgement_lost", channel=self._channel)

    def _said(self, task: asyncio.Task[None]) -> None:
        self._answering.discard(task)
        self._room.release()

    def _skip(self, reason: str) -> None:
        log.warning("dingtalk_stream_frame_skipped", channel=self._channel, reason=reason)
