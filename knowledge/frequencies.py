"""In how many wordings of a tenant each term stands: how much of a question they could hold at most."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Self

import msgspec
import numpy as np

from knowledge.lexical import index_of, terms


class Frequencies(msgspec.Struct, frozen=True):
    """Sorted numbers of terms, and in how many of `texts` wordings each is; as bytes."""

    texts: int
    terms: bytes
    counts: bytes

    @classmethod
    def of(cls, texts: Iterable[str]) -> Self:
        """Of wordings."""
        counts: Counter[int] = Counter()
        number = 0
        for text in texts:
            counts.update({index_of(term) for term in terms(text)})
            number += 1
        ordered = sorted(counts.items())
        return cls(
            number,
            np.array([term for term, _ in ordered], np.uint32).tobytes(),
            np.array([count for _, count in ordered], np.uint32).tobytes(),
        )


class Weights:
    """`Frequencies` at work."""

    def __init__(self, learned: Frequencies) -> None:
        numbers = np.frombuffer(learned.terms, np.uint32).tolist()
        counts = np.frombuffer(learned.counts, np.uint32).tolist()
        self._counts: dict[int, int] = dict(zip(numbers, counts, strict=True))
        self._texts = learned.texts

    def of_question(self, text: str) -> tuple[float, float, int]:
        """What BM25 gives a wording that holds every term once; the share of it that no wording can get, as
        the knowledge does not have those words; how many terms there are."""
        asked = {index_of(term) for term in terms(text)}
        all_, strange = 0.0, 0.0
        for term in asked:
            worth = self._worth(term)
            all_ += worth
            strange += 0.0 if term in self._counts else worth
        return all_, strange / all_ if all_ else 0.0, len(asked)

    def shares(self, text: str, wordings: Sequence[str]) -> list[float]:
        """How much of a question each wording holds, by the worth of its terms here."""
        worths = {term: self._worth(term) for term in map(index_of, terms(text))}
        whole = sum(worths.values()) or 1.0
        return [
            sum(worths.get(term, 0.0) for term in set(map(index_of, terms(wording)))) / whole
            for wording in wordings
        ]

    def _worth(self, term: int) -> float:
        count = self._counts.get(term, 0)
        return math.log(1 + (self._texts - count + 0.5) / (count + 0.5))  # as Qdrant's modifier IDF
