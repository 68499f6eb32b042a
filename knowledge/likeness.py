"""How likely a question is one more wording of an entry: probabilistic linear discriminant analysis (PLDA, as
Ioffe 2006 and speaker verification use it).

What tells wordings of one entry apart is noise, what tells entries apart is the matter; a shop's own wordings
say which direction is which. Along each direction both are normal distributions, so the logarithm of "of this
entry" over "of any other" is a sum in closed form. Cosines of frozen vectors count noise and matter alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Self

import msgspec
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Counts = NDArray[np.int64]

_DIRECTIONS: Final = 256
"""Those in which entries differ most; the others hardly tell anything."""
_LEAST_ROUND: Final = 0.05
_MATTER_ROUND: Final = 0.4
"""How far towards a ball: with fewer wordings than directions a covariance is mostly chance."""
_ALONE: Final = 0.5
"""Of all variance, taken for noise where no entry has a second wording."""
_WORTH: Final = 0.3
"""A manager's wordings resemble each other more than what customers write: three tell as much as one."""
_TINY: Final = 1e-6
UNHEARD: Final = -1000.0
"""Of an item that came after the learning, for the moment until it is learned anew."""


class Likeness(msgspec.Struct, frozen=True):
    """What the wordings of one tenant taught, and the middle of each entry's. Arrays as their bytes."""

    size: int
    directions: int
    middle: bytes
    towards: bytes
    matter: bytes
    items: list[str]
    means: bytes
    counts: list[int]

    @classmethod
    def of(cls, vectors: Floats, owners: Counts, items: list[str]) -> Self:
        """From the vectors of wordings, and whose each is: a place in `items`."""
        counts = np.bincount(owners, minlength=len(items))
        middle = vectors.mean(axis=0)
        towards, matter = _directions(vectors - middle, owners, counts)
        means = _means((vectors - middle) @ towards, owners, counts)
        return cls(
            vectors.shape[1],
            len(matter),
            middle.astype(np.float32).tobytes(),
            towards.astype(np.float32).tobytes(),
            matter.astype(np.float32).tobytes(),
            items,
            means.astype(np.float16).tobytes(),
            counts.tolist(),
        )


class Compare:
    """A `Likeness` at work.

    All that does not depend on the question is worked out beforehand: what is left to do for each item is one
    product of two vectors.
    """

    def __init__(self, learned: Likeness) -> None:
        self._middle = np.frombuffer(learned.middle, np.float32)
        self._towards = np.frombuffer(learned.towards, np.float32).reshape(learned.size, learned.directions)
        self._row = {item: row for row, item in enumerate(learned.items)}
        matter = np.frombuffer(learned.matter, np.float32)
        counts, self._alike = np.unique(np.array(learned.counts, np.float32), return_inverse=True)
        known = 1 / (1 + np.float32(_WORTH) * counts[:, None] * matter)  # how open a true middle still is
        spread = 1 + matter * known
        self._narrower = 0.5 * (1 / (1 + matter) - 1 / spread)
        self._likelier = 0.5 * (np.log(1 + matter) - np.log(spread)).sum(axis=1)
        means = np.frombuffer(learned.means, np.float16).reshape(len(learned.items), learned.directions)
        middles = means * (1 - known)[self._alike]
        self._pulls = np.asarray(middles / spread[self._alike], np.float32)
        self._far = 0.5 * (middles * self._pulls).sum(axis=1)

    def asked(self, vector: Floats) -> Floats:
        """A question's vector along the directions; several, a row each."""
        return np.asarray((vector - self._middle) @ self._towards, np.float32)

    def rows(self, items: Sequence[str]) -> Counts:
        """Where each of these stands; -1: it came later."""
        return np.array([self._row.get(item, -1) for item in items], np.int64)

    def ratios(self, along: Floats, rows: Counts) -> Floats:
        """The logarithm of how much likelier a wording of each of these items."""
        plain = self._narrower @ along**2 + self._likelier
        found = plain[self._alike[rows]] + self._pulls[rows] @ along - self._far[rows]
        if rows.min(initial=0) < 0:
            found[rows < 0] = UNHEARD
        return np.asarray(found, np.float32)

    def every(self, along: Floats) -> Floats:
        """The same of all items, for each of several questions, a row each."""
        plain = along**2 @ self._narrower.T + self._likelier
        return np.asarray(plain[:, self._alike] + along @ self._pulls.T - self._far, np.float32)

    def spread(self, questions: Floats) -> float:
        """Of the ratios of questions that belong to no item: what one unit of them is worth."""
        return max(float(np.std(self.every(self.asked(questions)))), 1.0)


def _directions(vectors: Floats, owners: Counts, counts: Counts) -> tuple[Any, Any]:
    """Directions along which noise is 1, uncorrelated, and what the matter is along each."""
    size = vectors.shape[1]
    means = _means(vectors, owners, counts)
    free = int(np.sum(np.maximum(counts - 1, 0)))
    inner = vectors - means[owners]
    noise = inner.T @ inner / free if free else _ALONE * np.cov(vectors.T)
    matter = means.T @ means / len(means) - noise * float(np.mean(1 / counts))
    noise = _rounder(noise, max(_LEAST_ROUND, size / (size + free)) if free else _ALONE)
    matter = _rounder(matter, _MATTER_ROUND)
    white = np.linalg.inv(np.linalg.cholesky(noise)).T
    strengths, turn = np.linalg.eigh(white.T @ matter @ white)
    best = np.argsort(strengths)[::-1][:_DIRECTIONS]
    return white @ turn[:, best], np.maximum(strengths[best], _TINY)


def _rounder(covariance: Any, share: float) -> Any:
    mean = max(float(np.trace(covariance)) / len(covariance), _TINY)
    return (1 - share) * covariance.astype(np.float64) + share * mean * np.eye(len(covariance))


def _means(vectors: Floats, owners: Counts, counts: Counts) -> Any:
    sums = np.zeros((len(counts), vectors.shape[1]))
    np.add.at(sums, owners, vectors)
    return sums / counts[:, None]
