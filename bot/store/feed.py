"""What a web chat visitor gets to see, kept so that a cut connection can resume.

The stream is the truth; pub/sub only wakes the connections that follow it, so a lost wake-up costs a visitor
at most `_LOOK_AGAIN_S`. An answer in the making is beside the stream: the newest text alone, until the answer
itself is in the stream; so it fills no memory, and nobody who resumes sees it late.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncGenerator
from typing import Final

import structlog
from redis.exceptions import RedisError

from bot.errors import Unavailable
from bot.ports import FeedEvent
from bot.store import bounds
from bot.store import keys as names
from bot.store.keys import Keys
from bot.store.redis import Client, Script
from bot.types import Conversation
from bot.waiting import end, is_set_within

log = structlog.get_logger()

_KEPT: Final = 200
_LOOK_AGAIN_S: Final = 5.0
_RECONNECT_S: Final = 1.0


class RedisFeed:
    """`bot.ports.Feed` on Redis. One pub/sub connection serves all followers of the process."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._publish = Script(client, "publish")
        self._show = Script(client, "feed_show")
        self._read = Script(client, "feed_read")
        self._followers: defaultdict[str, set[asyncio.Event]] = defaultdict(set)
        self._listener: asyncio.Task[None] | None = None

    async def publish(self, conversation: Conversation, kind: str, data: str, *, key: str) -> str:
        """Append an event once per `key`, and wake whoever follows."""
        keys = Keys(conversation)
        event_id = await self._publish(
            [keys.feed, keys.fed(key), keys.draft],
            kind,
            data,
            bounds.FEED_S,
            _KEPT,
            names.FEED_CHANNEL,
            str(conversation),
            key,
        )
        return str(event_id.decode())

    async def show(self, conversation: Conversation, kind: str, data: str, *, key: str) -> None:
        """Let followers see how far something got, until it is published under `key`."""
        keys = Keys(conversation)
        await self._show(
            [keys.draft, keys.fed(key)],
            key,
            kind,
            data,
            bounds.DRAFT_S,
            names.FEED_CHANNEL,
            str(conversation),
        )

    async def follow(self, conversation: Conversation, after: str) -> AsyncGenerator[FeedEvent | None, None]:
        """Events later than `after`, then new ones and drafts; None every few seconds while nothing comes."""
        self._listen()
        news = asyncio.Event()
        seen: FeedEvent | None = None
        self._followers[str(conversation)].add(news)
        try:
            while True:
                news.clear()
                events, draft = await self._look_again(conversation, after)
                for event in events:
                    after = event.id
                    yield event
                if draft and draft != seen:
                    seen = draft
                    yield draft
                if not await is_set_within(news, _LOOK_AGAIN_S):
                    yield None
        finally:
            self._forget(str(conversation), news)

    async def close(self) -> None:
        """Stop listening."""
        if self._listener:
            await end([self._listener])

    async def _look_again(
        self, conversation: Conversation, after: str
    ) -> tuple[list[FeedEvent], FeedEvent | None]:
        """The same as `_look`, or nothing: a follower waits for the store to be back."""
        try:
            async with asyncio.timeout(_LOOK_AGAIN_S):
                return await self._look(conversation, after)
        except (Unavailable, TimeoutError):
            return [], None

    async def _look(self, conversation: Conversation, after: str) -> tuple[list[FeedEvent], FeedEvent | None]:
        """What is kept behind `after`, and how far the next one got."""
        keys = Keys(conversation)
        entries, draft = await self._read([keys.feed, keys.draft], f"({after}" if after else "-")
        events = [_event(entry_id, fields[1], fields[3]) for entry_id, fields in entries]
        return events, _event(b"", *draft) if all(draft) else None

    def _forget(self, conversation: str, news: asyncio.Event) -> None:
        self._followers[conversation].discard(news)
        if not self._followers[conversation]:
            del self._followers[conversation]

    def _listen(self) -> None:
        if self._listener is None or self._listener.done():
            self._listener = asyncio.create_task(self._wake_followers(), name="feed-listener")

    async def _wake_followers(self) -> None:
        while True:
            try:
                async with self._client.pubsub() as subscription:
                    await subscription.subscribe(names.FEED_CHANNEL)
                    async for message in subscription.listen():
                        if message["type"] == "message":
                            self._wake(message["data"].decode())
            except (RedisError, OSError) as error:
                log.warning("feed_listener_lost", error=type(error).__name__)
                await asyncio.sleep(_RECONNECT_S)

    def _wake(self, conversation: str) -> None:
        for news in self._followers.get(conversation, ()):
            news.set()


def _event(id_: bytes, kind: bytes, data: bytes) -> FeedEvent:
    return FeedEvent(id_.decode(), kind.decode(), data.decode())
