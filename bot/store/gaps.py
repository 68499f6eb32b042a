"""What customers asked and the knowledge had no good answer to: the newest of each tenant."""

from __future__ import annotations

from typing import Any

from bot.store import bounds
from bot.store import keys as names
from bot.store.codec import encode
from bot.store.courier import Courier
from bot.store.reading import readable
from bot.store.redis import Client, redis_errors
from bot.types import Gap

_DAY_S = 24 * 3600


class RedisGaps:
    """`bot.ports.Gaps` on Redis."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._courier = Courier.of(client)

    async def note(self, tenant: str, gap: Gap, *, days: int) -> None:
        """Raises Unavailable. Older ones than `days` leave the stream on this occasion."""
        key, life = names.gaps(tenant), days * _DAY_S
        oldest = f"{max(0, int((gap.at - life) * 1000))}-0"
        with redis_errors():
            await self._courier.call("XADD", key, "MAXLEN", "~", bounds.GAPS_LEN, "*", "gap", encode(gap))
            await self._courier.call("XTRIM", key, "MINID", "~", oldest)
            await self._courier.call("EXPIRE", key, life)

    async def since(self, tenant: str, at: float) -> list[Gap]:
        """Raises Unavailable."""
        first = f"{max(0, int(at * 1000))}-0"
        with redis_errors():
            entries: Any = await self._client.xrange(names.gaps(tenant), first)
        return readable([fields[b"gap"] for _, fields in entries if b"gap" in fields], Gap)
