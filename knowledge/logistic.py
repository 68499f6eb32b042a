"""Logistic regression around weights that were known before: what a shop's few questions don't tell stays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]

_STEPS: Final = 50
_LONGEST: Final = 2.0
_ENOUGH: Final = 1e-6


def probability(weights: Sequence[float], signs: Sequence[float]) -> float:
    """Of yes."""
    return float(_sigmoid(np.dot(weights, signs)))


def fit(signs: Doubles, yes: Doubles, counts: Doubles, before: Doubles, *, hold: float) -> Doubles:
    """Weights by Newton's steps, drawn to those from before as by `hold` (a Gaussian prior's precision)."""
    weights = before.copy()
    for _ in range(_STEPS):
        likely = _sigmoid(signs @ weights)
        slope = signs.T @ (counts * (likely - yes)) + hold * (weights - before)
        curve = (signs * (counts * likely * (1 - likely))[:, None]).T @ signs + hold * np.eye(len(before))
        step = np.linalg.solve(curve, slope)
        step *= min(1.0, _LONGEST / max(float(np.abs(step).max()), _ENOUGH))
        weights -= step
        if np.abs(step).max() < _ENOUGH:
            break
    return weights


def _sigmoid(x: Doubles) -> Doubles:
    value: Doubles = 1 / (1 + np.exp(-np.clip(x, -30, 30)))
    return value
