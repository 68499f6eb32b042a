"""The retriever: a question in, passages out."""

from __future__ import annotations

from typing import Final

from bot.types import Passage
from knowledge import lexical
from knowledge.embed import Embedder
from knowledge.fuse import fuse
from knowledge.index import Index

_CANDIDATES: Final = 30
"""By each ranking; several wordings of one entry may be among them."""


class HybridRetriever:
    """`bot.ports.Retriever`: by meaning and by words."""

    def __init__(self, embedder: Embedder, index: Index) -> None:
        self._embedder = embedder
        self._index = index

    async def search(self, tenant: str, text: str, *, limit: int) -> list[Passage]:
        """Best first. Raises Unavailable."""
        (vector,) = await self._embedder.questions([text])
        found = await self._index.search(
            tenant, vector.tolist(), lexical.of_question(text), limit=_CANDIDATES
        )
        return fuse(text, found, limit=limit)

    async def ping(self) -> None:
        """Raises Unavailable when a search would."""
        await self._index.ping()
