"""A circuit breaker: what fails again and again is left alone for a while; then one try tells if it is well.

    closed ──failures in a row──► open ──its time is over──► half open ──one try went well──► closed
                                    ▲                            │
                                    └── it failed: for longer ───┘

Whoever comes while it is open, or while somebody else has that one try, is told how long to stay away.
"""

from __future__ import annotations

import time
from enum import StrEnum
from typing import Final

from bot.errors import Held, Hurried, KefuError, LeaseLost, Unusable
from bot.ports import Clock

FAILURES: Final = 5
"""In a row: one customer's trouble is not everybody's."""
FIRST_S: Final = 5.0
LONGEST_S: Final = 60.0
_PROBE_S: Final = 5.0
"""For who comes while the one try is under way."""


class State(StrEnum):
    """Of a circuit."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half open"


class Breaker:
    """One dependency's. In this process only: each process finds out by itself, within a few calls."""

    def __init__(
        self,
        name: str,
        *counted: type[Exception],
        clock: Clock = time.monotonic,
        failures: int = FAILURES,
        first_s: float = FIRST_S,
        longest_s: float = LONGEST_S,
    ) -> None:
        """`counted`: errors that say the other side does not work. With any other of ours it answered."""
        self.name = name
        self._counted = counted
        self._clock = clock
        self._most = failures
        self._first_s = first_s
        self._longest_s = longest_s
        self._failures = 0
        self._for_s = 0.0
        self._until = 0.0
        self._trying = False

    @property
    def state(self) -> State:
        """How it stands."""
        if not self._for_s:
            return State.CLOSED
        return State.OPEN if self._clock() < self._until else State.HALF_OPEN

    @property
    def wait(self) -> float:
        """Seconds to stay away; 0: go."""
        if not self._for_s:
            return 0.0
        left = self._until - self._clock()
        return left if left > 0 else _PROBE_S if self._trying else 0.0

    def call(self) -> _Call:
        """`with` around each call: how it ends is how the other side does. Raises Held if there is none."""
        if not self._for_s:
            return _Call(self, probe=False)
        if wait := self.wait:
            raise Held(f"{self.name} does not work at the moment", retry_after=wait)
        self._trying = True
        return _Call(self, probe=True)

    def back(self) -> None:
        """The other side was seen to be back: the one try may be made at once."""
        if self._for_s:
            self._until = self._clock()

    def ended(self, error: BaseException | None, *, probe: bool) -> None:
        """How a call ended; one that was cancelled or hurried, and a lost lease of ours, tell nothing."""
        if probe:
            self._trying = False
        if error is None or isinstance(error, Unusable):
            self._worked()
        elif isinstance(error, LeaseLost | Hurried):
            pass
        elif isinstance(error, self._counted):
            self._failed(probe=probe)
        elif isinstance(error, KefuError):
            self._worked()

    def _worked(self) -> None:
        self._failures, self._for_s = 0, 0.0

    def _failed(self, *, probe: bool) -> None:
        self._failures += 1
        if probe:
            self._open(min(self._for_s * 2, self._longest_s))
        elif self._failures >= self._most and not self._for_s:
            self._open(self._first_s)

    def _open(self, seconds: float) -> None:
        self._for_s = seconds
        self._until = self._clock() + seconds


class _Call:
    """A class, since a door makes one for each message: a generator would cost three times as much."""

    __slots__ = ("_breaker", "_probe")

    def __init__(self, breaker: Breaker, *, probe: bool) -> None:
        self._breaker = breaker
        self._probe = probe

    def __enter__(self) -> None:
        pass

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        self._breaker.ended(error, probe=self._probe)
