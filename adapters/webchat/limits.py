"""How often one visitor, or one address, may knock: a sliding window with bounded memory.

What would burden this process alone is counted here (`RateLimit`). What would burden all, as it is stored or
wakes a worker, is counted here first, which turns a script away for nothing, and then for all gateways
together (`SharedLimit`).
"""

from __future__ import annotations

import asyncio
import math
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from bot.breaker import Breaker
from bot.errors import Unavailable
from bot.ports import Clock, Rates
from bot.types import Rate

WINDOW_S: Final = 60.0
MOST_KEYS: Final = 20_000
_ANSWER_S: Final = 0.5
"""That the store may take; a visitor waits for it."""


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


class SharedLimit:
    """At most `limit` a minute for each key, at all gateways together.

    It fails open: while the store does not answer, the limit is this process's own. What comes in then is
    refused, or kept in its place, by whoever stores it.
    """

    def __init__(self, name: str, limit: int, rates: Rates, clock: Clock) -> None:
        self._own = RateLimit(limit, clock)
        self._name = name
        self._limit = limit
        self._rates = rates
        self._breaker = Breaker("the store's count", Unavailable, TimeoutError, clock=clock)

    async def take(self, key: str) -> float:
        """Count one for `key` and return 0; or return the seconds to wait, more than 0."""
        if wait := self._own.take(key):
            return wait
        try:
            with self._breaker.call():
                async with asyncio.timeout(_ANSWER_S):
                    return await self._rates.spare(Rate(f"{self._name}:{key}", self._limit, WINDOW_S))
        except (Unavailable, TimeoutError):
            return 0.0
