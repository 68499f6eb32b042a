"""Answers that may be given again, for a while.

Each stands in one of a tenant's places, by its key, and goes when another needs the place: so the store holds
so many at most, and the questions that are asked most are there most of the time.
"""

from __future__ import annotations

from bot.store import bounds
from bot.store import keys as names
from bot.store.codec import decode, encode
from bot.store.courier import Courier
from bot.store.redis import Client, redis_errors
from bot.types import Answer


class RedisAnswers:
    """`bot.ports.Answers` on Redis."""

    def __init__(self, client: Client) -> None:
        self._courier = Courier.of(client)

    async def recall(self, tenant: str, key: str) -> Answer | None:
        """Raises Unavailable. What a later version of ours kept, and we can't read, is as good as none."""
        with redis_errors():
            found: bytes | None = await self._courier.call("GET", names.answer(tenant, key))
        if found is None:
            return None
        try:
            of, answer = decode(found, tuple[str, Answer])
        except ValueError:
            return None
        return answer if of == key else None

    async def remember(self, tenant: str, key: str, answer: Answer, *, seconds: int) -> None:
        """Raises Unavailable. What is too long to be kept by the thousand is not kept."""
        data = encode((key, answer))
        if len(data) <= bounds.ANSWER_BYTES:
            with redis_errors():
                await self._courier.call("SET", names.answer(tenant, key), data, "EX", seconds)
