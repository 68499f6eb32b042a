"""What customers asked and the knowledge had no good answer to: the newest of each tenant."""

from __future__ import annotations

from bot.store import bounds, keys
from bot.store.notebook import Notebook
from bot.store.redis import Client
from bot.types import Gap


class RedisGaps:
    """`bot.ports.Gaps` on Redis."""

    def __init__(self, client: Client) -> None:
        self._notes = Notebook(client, keys.gaps, Gap, most=bounds.GAPS_LEN)

    async def note(self, tenant: str, gap: Gap, *, days: int) -> None:
        """Raises Unavailable. Older ones than `days` leave the stream on this occasion."""
        await self._notes.add(tenant, gap, at=gap.at, days=days)

    async def since(self, tenant: str, at: float) -> list[Gap]:
        """Raises Unavailable."""
        return await self._notes.since(tenant, at)
