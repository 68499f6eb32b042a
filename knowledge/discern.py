"""Which item does a question mean? What a tenant's wordings teach of that, put together.

Likeness says how probable a question is as a wording of each item, whatever the other items are. Borders are
drawn between items: a softmax along the same directions, which learns what tells neighbours apart that are
alike. Each errs where the other does not. Neither is trusted further than entries have several wordings.

A piece of a document is told by its own text alone, and texts lie elsewhere than questions do. So pieces are
moved to where questions lie, and what speaks for them is put on the scale of what speaks for entries: by
foreign questions, of which neither is right (in speaker verification: Z-norm).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final, NamedTuple, Self

import msgspec
import numpy as np
from numpy.typing import NDArray

from knowledge.index import Known
from knowledge.likeness import Compare, Counts, Floats, Likeness
from knowledge.softmax import descended

Flags = NDArray[np.bool_]

_BY_LIKENESS: Final = 3.0
"""Beside what nearness in meaning and words in common weigh (`knowledge.evidence`)."""
_SEVERAL: Final = 2
_SOFT: Final = 0.25
"""Noise is 1 along each direction. Borders as soft as this were best on public sets and on the sample shop;
half or twice as soft is within half a point."""
_MOST_BORDERS: Final = 2_000_000
"""Wordings × items, some seconds' work. Larger knowledge goes by likeness alone."""
_TINY: Final = 1e-6


class Level(msgspec.Struct, frozen=True):
    """Puts what speaks for a piece on the scale of what speaks for an entry."""

    slope: float
    offset: float

    @classmethod
    def of(cls, values: Floats, is_piece: Flags) -> Self:
        """From what speaks for every item, where it is wrong: a row each for foreign questions."""
        usual, spread = values.mean(axis=0), values.std(axis=0)
        slope = float(spread[~is_piece].mean()) / max(float(spread[is_piece].mean()), _TINY)
        return cls(slope, float(usual[~is_piece].mean()) - slope * float(usual[is_piece].mean()))

    def put(self, values: Floats, is_piece: Flags) -> Floats:
        """All on one scale."""
        return np.where(is_piece, self.slope * values + self.offset, values)


class Pieces(msgspec.Struct, frozen=True):
    """Of documents, beside entries."""

    way: bytes
    """From where questions lie to where texts do."""
    likeness: Level
    weight: Level


class Discernment(msgspec.Struct, frozen=True):
    """What was learned. Arrays as their bytes."""

    likeness: Likeness
    trust: float
    """How much a unit of likeness weighs."""
    borders: bytes
    """A row for each item: how much each direction speaks for it, and what does in any case."""
    several: float
    """The share of wordings that are not the first of their entry: what they teach weighs so much."""
    pieces: Pieces | None

    @classmethod
    def of(cls, known: Sequence[Known], vectors: Floats, foreign: Floats) -> Self:
        """From wordings and their vectors, and from those of foreign questions."""
        asked = Counter(one.item for one in known if one.is_question)
        several = 1 - len(asked) / asked.total() if asked else 0.0
        way = _way(known, vectors, asked)
        moved = vectors if way is None else vectors - np.outer([not one.is_question for one in known], way)
        rows = [row for row, one in enumerate(known) if one.is_question or asked[one.item] < _SEVERAL]
        places = {item: place for place, item in enumerate(dict.fromkeys(known[row].item for row in rows))}
        owners = np.array([places[known[row].item] for row in rows])
        likeness = Likeness.of(moved[rows], owners, list(places))
        compare = Compare(likeness)
        trust = _BY_LIKENESS * several / compare.spread(foreign)
        borders = _borders(compare.asked(moved[rows]), owners, len(places)) if several else b""
        whole = cls(likeness, trust, borders, several, None)
        if way is None:
            return whole
        is_piece = np.array([item not in asked for item in places])
        return msgspec.structs.replace(whole, pieces=_pieces(Discern(whole), way, foreign, is_piece))


class Heard(NamedTuple):
    """Of each item that was asked about."""

    likeness: list[float]
    weights: list[float]


class Discern:
    """A `Discernment` at work."""

    def __init__(self, learned: Discernment) -> None:
        self._compare = Compare(learned.likeness)
        self._trust = learned.trust
        self._several = learned.several
        borders = np.frombuffer(learned.borders, np.float16).astype(np.float32)
        self._borders = borders.reshape(len(learned.likeness.items), -1) if learned.borders else None
        self._pieces = learned.pieces
        self.has_pieces = learned.pieces is not None
        self._way = np.frombuffer(learned.pieces.way, np.float32) if learned.pieces else None

    def hear(self, vector: Floats, items: Sequence[str], is_piece: Sequence[bool] = ()) -> Heard:
        """What speaks for each of these items. `is_piece`: which are pieces, where the knowledge has some."""
        along, rows = self._compare.asked(vector), self._compare.rows(items)
        likeness = self._compare.ratios(along, rows)
        weights = self._trust * likeness
        if self._borders is not None:
            borders = self._borders[rows]
            weights += self._several * (borders[:, :-1] @ along + borders[:, -1])
        if self._pieces and any(is_piece):
            flags = np.array(is_piece) & (rows >= 0)
            likeness = self._pieces.likeness.put(likeness, flags)
            weights = self._pieces.weight.put(weights, flags)
        return Heard(likeness.tolist(), weights.tolist())

    def nearer(self, vector: Floats) -> float:
        """What a piece's cosine lacks, as texts lie elsewhere than questions."""
        return 0.0 if self._way is None else -float(vector @ self._way)

    def every(self, vectors: Floats) -> tuple[Floats, Floats]:
        """Likeness and weights of all items, for each of several questions, a row each."""
        along = self._compare.asked(vectors)
        likeness = self._compare.every(along)
        weights = self._trust * likeness
        if self._borders is not None:
            weights = weights + self._several * (along @ self._borders[:, :-1].T + self._borders[:, -1])
        return likeness, weights


def _way(known: Sequence[Known], vectors: Floats, asked: Counter[str]) -> Floats | None:
    """From the middle of questions to that of texts; None where there are no pieces, or nothing else."""
    if not asked or all(one.item in asked for one in known):
        return None
    is_question = np.array([one.is_question for one in known])
    return np.asarray(vectors[~is_question].mean(axis=0) - vectors[is_question].mean(axis=0), np.float32)


def _borders(along: Floats, owners: Counts, items: int) -> bytes:
    if len(owners) * items > _MOST_BORDERS:
        return b""
    ones = np.ones((len(along), 1), np.float32)
    weights = descended(np.hstack([along * _SOFT, ones]), owners, items).T
    weights[:, :-1] *= _SOFT
    return weights.astype(np.float16).tobytes()


def _pieces(discern: Discern, way: Floats, foreign: Floats, is_piece: Flags) -> Pieces:
    likeness, weights = discern.every(foreign)
    return Pieces(way.tobytes(), Level.of(likeness, is_piece), Level.of(weights, is_piece))
