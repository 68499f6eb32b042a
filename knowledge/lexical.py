"""BM25 as sparse vectors: characters and bigrams for Chinese, whole words for the rest.

The vector of a stored text carries BM25's saturated term frequencies, that of a question ones; the engine
multiplies by the inverse document frequency it keeps itself (Qdrant's modifier IDF), and the dot product of
the two is the BM25 score. Characters with bigrams beat segmented words on short, misspelt questions.
"""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from knowledge.normal import plain

_K1: Final = 1.2
_B: Final = 0.5
"""Wordings of questions hardly differ in length, so length counts half as much as usual."""
QUESTION_TERMS: Final = 20
"""Of a question of ten characters. Fixed, so that adding a text changes no other."""
PASSAGE_TERMS: Final = 200
"""Of an answer or a piece of a document of a hundred characters: a long one is not found by everything."""

_WIDE: Final = "\u2e80-\u2fff\u3005-\u3007\u3040-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
_RUN: Final = re.compile(rf"[{_WIDE}]+|[0-9a-z]+(?:[-_./][0-9a-z]+)*")
FIRST_WIDE: Final = "\u2e80"


@dataclass(frozen=True, slots=True)
class Sparse:
    """A sparse vector: parallel lists, indices unsigned 32-bit and ascending."""

    indices: list[int]
    values: list[float]


def terms(text: str) -> Iterator[str]:
    """Characters and bigrams of Chinese runs; Latin words, numbers and product codes as they stand."""
    for run in _RUN.findall(plain(text)):
        if run[0] < FIRST_WIDE:
            yield run
        else:
            yield from run
            yield from (run[start : start + 2] for start in range(len(run) - 1))


def of_text(text: str, *, usual: int = QUESTION_TERMS) -> Sparse:
    """For a stored text, by the usual length of its kind."""
    counts = Counter(map(index_of, terms(text)))
    length = 1 - _B + _B * counts.total() / usual
    return _sparse({term: n * (_K1 + 1) / (n + _K1 * length) for term, n in counts.items()})


def of_question(text: str) -> Sparse:
    """For a customer's question."""
    return _sparse({index_of(term): 1.0 for term in terms(text)})


def index_of(term: str) -> int:
    """Python's own hash() differs between processes; two terms in four billion rarely meet."""
    return zlib.crc32(term.encode())


def _sparse(weights: dict[int, float]) -> Sparse:
    ordered = sorted(weights.items())
    return Sparse([index for index, _ in ordered], [value for _, value in ordered])
