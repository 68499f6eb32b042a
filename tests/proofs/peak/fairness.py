"""What each tenant got while all had work, against its weight."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

_NEARLY: Final = 0.9
"""Of its own answers. A tenant's last ones are not spread over all lines any more, so some have none of it."""


def shares(answered: Sequence[tuple[float, str]], *, since: float) -> dict[str, float]:
    """Of the answers from `since` on until the first tenant has nearly all that it ever gets, by tenant.

    What it gets, not what was sent for it: where doors did not take everything, a tenant that waits for
    messages that never came in would not end the time, and by the very end all have had the same.
    `answered`: when, and whose; oldest first.
    """
    had: Counter[str] = Counter()
    each = Counter(tenant for _, tenant in answered)
    got: Counter[str] = Counter()
    for at, tenant in answered:
        had[tenant] += 1
        got[tenant] += at >= since
        if had[tenant] >= _NEARLY * each[tenant]:
            break
    return {tenant: count / got.total() for tenant, count in got.items() if count}


def off(shares: Mapping[str, float], weights: Mapping[str, float]) -> Iterable[tuple[str, float]]:
    """By how much each tenant's share differs from its due, as a part of that."""
    whole = sum(weights.values())
    return [(name, shares.get(name, 0.0) / (weight / whole) - 1) for name, weight in weights.items()]
