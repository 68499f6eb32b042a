"""Who wanted a person and got none: the newest of each tenant."""

from __future__ import annotations

from bot.store import bounds, keys
from bot.store.notebook import Notebook
from bot.store.redis import Client
from bot.types import Missed


class RedisMissed:
    """`bot.ports.MissedCalls` on Redis."""

    def __init__(self, client: Client) -> None:
        self._notes = Notebook(client, keys.missed, Missed, most=bounds.MISSED_LEN)

    async def note(self, missed: Missed) -> None:
        """Raises Unavailable."""
        await self._notes.add(missed.conversation.tenant, missed, at=missed.at, days=bounds.MISSED_DAYS)

    async def since(self, tenant: str, at: float) -> list[Missed]:
        """Raises Unavailable."""
        return await self._notes.since(tenant, at)
