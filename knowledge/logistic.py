"""Logistic regression around weights that were known before: what a shop's few questions don't tell stays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]

_STEPS: Final = 50
_HALVINGS: Final = 20
_ENOUGH: Final = 1e-7


def probability(weights: Sequence[float], signs: Sequence[float]) -> float:
    """Of yes."""
    return float(_sigmoid(np.dot(weights, signs)))


def probabilities(weights: Doubles, signs: Doubles) -> Doubles:
    """Of yes, for each row."""
    return _sigmoid(signs @ weights)


def fit(signs: Doubles, yes: Doubles, counts: Doubles, before: Doubles, *, hold: float) -> Doubles:
    """Weights by Newton's steps, drawn to those from before as by `hold` (a Gaussian prior's precision)."""

    def loss(weights: Doubles) -> float:
        odds = signs @ weights
        held = 0.5 * hold * float(((weights - before) ** 2).sum())
        return float((counts * (np.logaddexp(0, odds) - yes * odds)).sum()) + held

    weights, lost = before.copy(), loss(before)
    for _ in range(_STEPS):
        likely = _sigmoid(signs @ weights)
        slope = signs.T @ (counts * (likely - yes)) + hold * (weights - before)
        curve = (signs * (counts * likely * (1 - likely))[:, None]).T @ signs + hold * np.eye(len(before))
        step = np.linalg.solve(curve, slope)
        # Where few are in doubt, a whole step leaps over the goal, and the next one back.
        tried = [weights - step / 2**halved for halved in range(_HALVINGS)]
        nearer = next(((one, left) for one in tried if (left := loss(one)) < lost - _ENOUGH), None)
        if nearer is None:
            break
        weights, lost = nearer
    return weights


def _sigmoid(x: Doubles) -> Doubles:
    value: Doubles = 1 / (1 + np.exp(-np.clip(x, -30, 30)))
    return value
