"""What each tenant got while all had work, against its weight."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

_ENOUGH: Final = 160
"""Of a tenant's customers waiting, ten a line: with fewer, it has nobody in one or the other, and whoever
chooses there has no choice."""

Happened = Sequence[tuple[float, str]]
"""When, and to whose customer."""


def shares(ready: Happened, answered: Happened, *, enough: int = _ENOUGH) -> dict[str, float]:
    """Of the answers of those moments in which each tenant had enough customers waiting, by tenant.

    Doors that take nothing for a while, or not all, leave moments in which everybody is answered who is
    there; whoever counted those would see no weights.
    """
    waiting = Counter({tenant: 0 for _, tenant in ready})
    got: Counter[str] = Counter()
    for _, change, tenant in sorted(
        [*((at, 1, tenant) for at, tenant in ready), *((at, -1, tenant) for at, tenant in answered)]
    ):
        if change < 0 and min(waiting.values()) >= enough:
            got[tenant] += 1
        waiting[tenant] += change
    return {tenant: count / got.total() for tenant, count in got.items()}


def off(shares: Mapping[str, float], weights: Mapping[str, float]) -> Iterable[tuple[str, float]]:
    """By how much each tenant's share differs from its due, as a part of that."""
    whole = sum(weights.values())
    return [(name, shares.get(name, 0.0) / (weight / whole) - 1) for name, weight in weights.items()]
