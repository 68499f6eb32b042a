"""A retriever that another one can take over from, between two searches."""

from __future__ import annotations

import asyncio

from bot.ports import Retriever
from bot.types import Passage


class _Asked:
    """One of them, and who asks it."""

    def __init__(self, retriever: Retriever) -> None:
        self.retriever = retriever
        self.searches = 0
        self.idle = asyncio.Event()


class Replaceable:
    """`bot.ports.Retriever`: whichever it is now."""

    def __init__(self, retriever: Retriever) -> None:
        self._now = _Asked(retriever)

    async def search(self, tenant: str, text: str, *, channel: str | None, limit: int) -> list[Passage]:
        """To its end by the one it began with. Raises Unavailable."""
        asked = self._now
        asked.searches += 1
        try:
            return await asked.retriever.search(tenant, text, channel=channel, limit=limit)
        finally:
            asked.searches -= 1
            if not asked.searches:
                asked.idle.set()

    async def ping(self) -> None:
        """Raises Unavailable when a search would."""
        await self._now.retriever.ping()

    async def replace(self, retriever: Retriever) -> None:
        """Ask this one from now on. Ends when nobody asks the one before any more."""
        before, self._now = self._now, _Asked(retriever)
        if before.searches:
            before.idle.clear()
            await before.idle.wait()
