"""Summaries of long conversations, beside their history and no longer than it."""

from __future__ import annotations

from typing import Any

from bot.store import bounds
from bot.store.codec import encode
from bot.store.courier import Courier
from bot.store.keys import Keys
from bot.store.reading import readable
from bot.store.redis import Client, Script, redis_errors
from bot.types import Conversation, Summary


class RedisSummaries:
    """`bot.ports.Summaries` on Redis."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._courier = Courier.of(client)
        self._sum_up = Script(client, "sum_up")

    async def of(self, conversation: Conversation) -> Summary | None:
        """One that can't be read is none."""
        keys = Keys(conversation)
        with redis_errors():
            found: Any = await self._courier.call("GET", keys.summary)
        read = readable([found], Summary, partition=keys.partition) if found else []
        return read[0] if read else None

    async def begin(self, conversation: Conversation, *, seconds: float) -> bool:
        """Asked twice, as by a client that repeats it, the second answer is no: it is begun another time."""
        with redis_errors():
            done = await self._courier.call(
                "SET", Keys(conversation).summing, b"", "NX", "PX", int(seconds * 1000)
            )
        return bool(done)

    async def keep(self, conversation: Conversation, summary: Summary) -> bool:
        """Without a history there is nothing that it could stand for."""
        keys = Keys(conversation)
        kept = await self._sum_up(
            [keys.summary, keys.history], encode(summary), repr(summary.upto), bounds.HISTORY_S
        )
        return bool(kept)
