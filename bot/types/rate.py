"""How often something may be done."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rate:
    """So many in any so many seconds, by all processes together that count under the same name."""

    name: str
    most: int
    per_s: float
