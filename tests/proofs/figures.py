"""What the proofs compute from what they saw."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence


def quantile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of them do not pass."""
    ranked = sorted(values)
    return ranked[max(0, math.ceil(share * len(ranked)) - 1)]


def growth(times: Sequence[float], values: Sequence[float]) -> float:
    """Of the straight line through them, from its first point to its last, as a share of the first."""
    line = statistics.linear_regression(times, values)
    first = line.intercept + line.slope * times[0]
    return line.slope * (times[-1] - times[0]) / first if first else 0.0
