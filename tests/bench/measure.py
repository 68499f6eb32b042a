"""A measure, as `make bench` prints it."""

from __future__ import annotations

import json
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measure:
    """`ratio` is value ÷ baseline, taken in the same run."""

    bench: str
    value: float
    unit: str
    baseline: float

    def __str__(self) -> str:
        return json.dumps(
            {
                "bench": self.bench,
                "value": round(self.value, 4),
                "unit": self.unit,
                "baseline": round(self.baseline, 4),
                "ratio": round(self.value / self.baseline, 4) if self.baseline else None,
            }
        )
