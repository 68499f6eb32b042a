"""How often one visitor, or one address, may knock: a sliding window with bounded memory.

In this process only. With several gateways behind a balancer a visitor gets up to that many times the limit,
which still keeps a script from filling the inbox.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from bot.ports import Clock

WINDOW_S: Final = 60.0
MOST_KEYS: Final = 20_000


@dataclass(slots=True)
class _Window:
    """Counts of the window that runs and of the one before it: two numbers stand for all the times."""

    start: float
    now: int = 0
    before: int = 0

    def advance(self, clock: float) -> None:
        """Move on to the window that `clock` is in."""
        passed = math.floor((clock - self.start) / WINDOW_S)
        if passed > 0:
            self.before = self.now if passed == 1 else 0
            self.now = 0
            self.start += passed * WINDOW_S

    def wait(self, clock: float, limit: int) -> float:
        """Seconds until one more fits, as if the former window's count were spread evenly over it."""
        if self.now >= limit:
            clear = 1.0
        elif self.before:
            clear = 1 - (limit - self.now) / self.before
        else:
            clear = 0.0
        return max(0.0, self.start + clear * WINDOW_S - clock)


class RateLimit:
    """At most `limit` a minute for each key."""

    def __init__(self, limit: int, clock: Clock, *, most_keys: int = MOST_KEYS) -> None:
        self._limit = limit
        self._clock = clock
        self._most_keys = most_keys
        self._windows: OrderedDict[str, _Window] = OrderedDict()

    def take(self, key: str) -> float:
        """Count one for `key` and return 0; or count nothing and return the seconds to wait, more than 0."""
        now = self._clock()
        window = self._windows.setdefault(key, _Window(now))
        self._windows.move_to_end(key)
        window.advance(now)
        wait = window.wait(now, self._limit)
        if not wait:
            window.now += 1
        self._forget_the_idle()
        return wait

    def __len__(self) -> int:
        return len(self._windows)

    def _forget_the_idle(self) -> None:
        """Keys are anybody's to make up, so the ones unused for longest go first."""
        while len(self._windows) > self._most_keys:
            self._windows.popitem(last=False)
