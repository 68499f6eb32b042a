"""A question that was embedded lately is not embedded again, by no worker."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import structlog

from bot.errors import Unavailable
from bot.ports import Embeddings
from knowledge.embed import Embedder, Vectors

log = structlog.get_logger()

_LONGEST: Final = 200
"""Characters: a longer question is hardly asked twice in the same words."""
_KEPT_AS: Final = np.dtype("<f2")
"""Half the bytes; a cosine changes by less than a thousandth."""


class Remembering:
    """An `Embedder` that looks at what all workers remember first."""

    def __init__(self, embedder: Embedder, remembered: Embeddings, *, of: str = "") -> None:
        """`of`: what else than the embedder's name a vector depends on: its server, its instruction."""
        self.name = embedder.name
        self._of = f"{embedder.name} {of}"
        self._embedder = embedder
        self._remembered = remembered

    async def questions(self, texts: Sequence[str]) -> Vectors:
        """Raises Unavailable. A memory that is away only costs the embedding."""
        if len(texts) != 1 or len(texts[0]) > _LONGEST:  # an import; nobody asks so
            return await self._embedder.questions(texts)
        (text,) = texts
        if (known := await self._recall(text)) is not None:
            return known
        vectors = await self._embedder.questions(texts)
        await self._remember(text, vectors)
        return vectors

    async def passages(self, texts: Sequence[str]) -> Vectors:
        """Each is embedded once in its life. Raises Unavailable."""
        return await self._embedder.passages(texts)

    async def close(self) -> None:
        """Let go of connections and threads."""
        await self._embedder.close()

    async def _recall(self, text: str) -> Vectors | None:
        try:
            data = await self._remembered.recall(self._of, text)
        except Unavailable as error:
            log.debug("embedding_not_recalled", reason=str(error))
            return None
        return np.frombuffer(data, _KEPT_AS).astype(np.float32)[None, :] if data else None

    async def _remember(self, text: str, vectors: Vectors) -> None:
        try:
            await self._remembered.remember(self._of, text, vectors[0].astype(_KEPT_AS).tobytes())
        except Unavailable as error:
            log.debug("embedding_not_remembered", reason=str(error))
