"""Parts that can be taken away, and are left alone then, as servers are."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final

from bot.breaker import Breaker
from bot.errors import Unavailable
from bot.ports import Retriever
from bot.types import Passage
from knowledge.embed import Embedder, Vectors

_WITHIN_S: Final = 30.0


class Eyes:
    """An `Embedder`: without it questions are letters."""

    def __init__(self, embedder: Embedder) -> None:
        self.name = embedder.name
        self.away = False
        self.breaker = Breaker("the embedding server", Unavailable)
        self._embedder = embedder

    async def questions(self, texts: Sequence[str]) -> Vectors:
        """Raises Unavailable."""
        with self.breaker.call():
            if self.away:
                raise Unavailable("the embedding server is away")
        return await self._embedder.questions(texts)

    async def passages(self, texts: Sequence[str]) -> Vectors:
        """Of what is imported: nothing is while it is away."""
        return await self._embedder.passages(texts)

    async def close(self) -> None:
        """For good."""
        await self._embedder.close()

    def put_back(self) -> None:
        """It is there again, and everybody knows."""
        self.away = False
        self.breaker.ended(None, probe=False)


class Shelf:
    """A `Retriever`."""

    def __init__(self, retriever: Retriever) -> None:
        self.away = False
        self.breaker = Breaker("the vectors' server", Unavailable)
        self._missed = asyncio.Event()
        self._retriever = retriever

    async def search(self, tenant: str, text: str, *, channel: str | None, limit: int) -> list[Passage]:
        """Raises Unavailable."""
        with self.breaker.call():
            if self.away:
                self._missed.set()
                raise Unavailable("the vectors are away")
        return await self._retriever.search(tenant, text, channel=channel, limit=limit)

    async def ping(self) -> None:
        """Raises Unavailable."""
        await self._retriever.ping()

    async def is_missed(self) -> None:
        """Returns once somebody looked for it in vain."""
        async with asyncio.timeout(_WITHIN_S):
            await self._missed.wait()

    def put_back(self) -> None:
        """It is there again, and everybody knows."""
        self.away = False
        self.breaker.ended(None, probe=False)
        self._missed.clear()
