"""Marks that something was done, for all processes to see."""

from __future__ import annotations

from bot.store import keys
from bot.store.redis import Client, redis_errors


class RedisMarks:
    """`bot.ports.Marks` on Redis."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def leave(self, mark: str, *, seconds: float) -> None:
        """Raises Unavailable."""
        with redis_errors():
            await self._client.set(keys.mark(mark), b"", px=int(seconds * 1000))

    async def has(self, mark: str) -> bool:
        """Raises Unavailable."""
        with redis_errors():
            return bool(await self._client.exists(keys.mark(mark)))
