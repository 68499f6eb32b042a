"""Multinomial logistic regression on vectors: which of a few things a text is.

Some hundred examples fit in a second: by Nesterov's accelerated steps, whose length the largest curvature
bounds (Böhning 1992: half of that of the inputs). Centred first, as all vectors of an embedding model point
one way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

_SCALE: Final = 8.0
"""A vector's length is 1, and two that mean different things differ by a few tenths."""
_HOLD: Final = 1.0
"""Precision of the Gaussian prior on weights."""
_STEPS: Final = 60


@dataclass(frozen=True, slots=True)
class Softmax:
    """One vector of weights for each label."""

    labels: tuple[str, ...]
    middle: Floats
    weights: Floats

    @classmethod
    def fit(cls, vectors: Floats, labels: Sequence[str]) -> Self:
        """From one vector and one label an example."""
        names = tuple(dict.fromkeys(labels))
        middle = vectors.mean(axis=0)
        inputs = _inputs(vectors, middle)
        return cls(names, middle, descended(inputs, [names.index(label) for label in labels], len(names)))

    def probabilities(self, vector: Floats) -> dict[str, float]:
        """Of each label; together 1."""
        (each,) = _shares(_inputs(vector[None, :], self.middle) @ self.weights)
        return dict(zip(self.labels, each.tolist(), strict=True))


def descended(inputs: Floats, labels: Sequence[int] | NDArray[np.int64], count: int) -> Floats:
    """The weights, a column for each of `count` labels. From an input a row, and the number of its label."""
    wanted = np.eye(count, dtype=np.float32)[labels]
    steepest = 0.5 * float(np.linalg.norm(inputs.T @ inputs, 2)) + _HOLD
    weights = ahead = np.zeros((inputs.shape[1], wanted.shape[1]), dtype=np.float32)
    for step in range(_STEPS):
        slope = inputs.T @ (_shares(inputs @ ahead) - wanted) + _HOLD * ahead
        moved = ahead - slope / steepest
        ahead = moved + step / (step + 3) * (moved - weights)
        weights = moved
    return weights


def _inputs(vectors: Floats, middle: Floats) -> Floats:
    ones = np.ones((len(vectors), 1), dtype=np.float32)
    return np.hstack([(vectors - middle) * _SCALE, ones]).astype(np.float32)


def _shares(scores: Floats) -> Floats:
    each: Floats = np.exp(scores - scores.max(axis=1, keepdims=True))
    each /= each.sum(axis=1, keepdims=True)
    return each
