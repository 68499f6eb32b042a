"""How long to wait before the next connection is opened."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Final

FIRST_S: Final = 1.0
LONGEST_S: Final = 60.0
HEALTHY_S: Final = 60.0
"""A connection that lived this long was well: what comes after it is no repeated failure."""
_DOUBLINGS: Final = 10


class Backoff:
    """Full jitter: anywhere between nothing and a limit that doubles, so that many don't return as one."""

    def __init__(self, chance: Callable[[float, float], float] = random.uniform) -> None:
        self._chance = chance
        self._failures = 0

    def after(self, lived: float, *, sent_away: bool = False) -> float:
        """Seconds to wait after a connection that `lived` so many seconds; 0 for one that never came about.

        Whom the server sends away comes back at once; but only once, if the next connection is no better.
        """
        if lived >= HEALTHY_S:
            self._failures = 0
        limit = min(LONGEST_S, FIRST_S * 2**self._failures)
        at_once = sent_away and self._failures == 0
        self._failures = min(self._failures + 1, _DOUBLINGS)
        return 0.0 if at_once else self._chance(0.0, limit)
