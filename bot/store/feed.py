"""What a web chat visitor gets to see, kept so that a cut connection can resume.

The stream is the truth; pub/sub only wakes the connections that follow it, so a lost wake-up costs a visitor
at most `_LOOK_AGAIN_S`.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncGenerator
from typing import Any, Final

import structlog
from redis.exceptions import RedisError

from bot.ports import FeedEvent
from bot.store import keys as names
from bot.store.keys import Keys
from bot.store.redis import Client, Script, redis_errors
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
        self._followers: defaultdict[str, set[asyncio.Event]] = defaultdict(set)
        self._listener: asyncio.Task[None] | None = None

    async def publish(self, conversation: Conversation, kind: str, data: str, *, key: str) -> str:
        """Append an event once per `key`, and wake whoever follows."""
        keys = Keys(conversation)
        event_id = await self._publish(
            [keys.feed, keys.fed(key)],
            kind,
            data,
            names.FEED_S,
            _KEPT,
            names.FEED_CHANNEL,
            str(conversation),
        )
        return str(event_id.decode())

    async def follow(self, conversation: Conversation, after: str) -> AsyncGenerator[FeedEvent | None, None]:
        """Events later than `after`, then new ones; None every few seconds while nothing comes."""
        self._listen()
        news = asyncio.Event()
        self._followers[str(conversation)].add(news)
        try:
            while True:
                news.clear()
                for event in await self._read(conversation, after):
                    after = event.id
                    yield event
                if not await is_set_within(news, _LOOK_AGAIN_S):
                    yield None
        finally:
            self._forget(str(conversation), news)

    async def close(self) -> None:
        """Stop listening."""
        if self._listener:
            await end([self._listener])

    async def _read(self, conversation: Conversation, after: str) -> list[FeedEvent]:
        with redis_errors():
            entries: Any = await self._client.xrange(
                Keys(conversation).feed, min=f"({after}" if after else "-"
            )
        return [
            FeedEvent(entry_id.decode(), fields[b"kind"].decode(), fields[b"data"].decode())
            for entry_id, fields in entries
        ]

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
