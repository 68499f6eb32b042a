"""Which questions surely ask the same: near in meaning, and differing in nothing that counts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from bot.types import Question
from knowledge.differ import differ
from knowledge.embed import Embedder
from knowledge.likeness import Floats
from knowledge.normal import simplified

_KEPT_AS: Final = np.dtype("<f2")
"""Half the bytes; a cosine changes by less than a thousandth."""
_NEAR: Final = 0.93
"""Cosine. Of public questions with one nearest entry, those as near as that ask the same in 94 of 100 pairs
(428 of 457); those that do not `differ` besides, in 65 of 67, and the other two but for their labels, too
(`tests/evals/alike.py`)."""


class VectorMeanings:
    """`bot.ports.Meanings`, by the embedding that the search makes anyway."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    async def vector(self, text: str) -> bytes:
        """Raises Unavailable."""
        (vector,) = await self._embedder.questions([simplified(text)])
        kept: bytes = vector.astype(_KEPT_AS).tobytes()
        return kept

    def same(self, asked: Question, others: Sequence[Question]) -> int | None:
        """The nearest first."""
        own = _read(asked)
        comparable = [place for place, other in enumerate(others) if len(other.vector) == len(asked.vector)]
        near = sorted(((float(own @ _read(others[place])), place) for place in comparable), reverse=True)
        fitting = (place for cosine, place in near if cosine >= _NEAR)
        return next((place for place in fitting if not differ(asked.text, others[place].text)), None)


def _read(question: Question) -> Floats:
    return np.frombuffer(question.vector, _KEPT_AS).astype(np.float32)
