"""What one step of a turn embeds, the next one has at hand."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import Final

from knowledge.embed import Embedder, Vectors

_KEPT: Final = 256
"""Questions: more than the turns that a worker has in work, and a megabyte."""


class Lately:
    """An `Embedder` that holds the last questions in this process, each asked for by itself."""

    def __init__(self, embedder: Embedder, *, most: int = _KEPT) -> None:
        self.name = embedder.name
        self._embedder = embedder
        self._most = most
        self._known: OrderedDict[str, Vectors] = OrderedDict()

    async def questions(self, texts: Sequence[str]) -> Vectors:
        """Several are an import's, which nobody asks again. Raises Unavailable."""
        if len(texts) != 1:
            return await self._embedder.questions(texts)
        (text,) = texts
        if (known := self._known.get(text)) is None:
            known = await self._embedder.questions(texts)
        self._known[text] = known
        self._known.move_to_end(text)
        if len(self._known) > self._most:
            self._known.popitem(last=False)
        return known

    async def passages(self, texts: Sequence[str]) -> Vectors:
        """Each is embedded once in its life. Raises Unavailable."""
        return await self._embedder.passages(texts)

    async def close(self) -> None:
        """Let go of connections and threads."""
        await self._embedder.close()
