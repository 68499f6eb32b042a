"""A clock that jumps from event to event, and what things wait for in it.

A process is a generator. It yields the time at which it goes on, or None when something else will wake it.
"""

from __future__ import annotations

import heapq
import itertools
from collections import deque
from collections.abc import Generator

Process = Generator[float | None, None, None]


class Clock:
    """Of one simulation, in seconds."""

    def __init__(self) -> None:
        self.now = 0.0
        self._order = itertools.count()
        self._events: list[tuple[float, int, Process]] = []

    def start(self, process: Process, at: float | None = None) -> None:
        """Let it begin, or go on, then."""
        heapq.heappush(self._events, (self.now if at is None else at, next(self._order), process))

    def run(self, until: float) -> None:
        """Everything up to that time."""
        while self._events and self._events[0][0] <= until:
            self.now, _, process = heapq.heappop(self._events)
            wake = next(process, None)
            if wake is not None:
                self.start(process, wake)
        self.now = until


class Processor:
    """Does one thing after the other."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._free_at = 0.0
        self.busy = 0.0

    def work(self, seconds: float) -> float:
        """When it will have done this, behind what it has."""
        self.busy += seconds
        self._free_at = max(self._free_at, self._clock.now) + seconds
        return self._free_at


class Places:
    """So many at once; the others wait in line."""

    def __init__(self, clock: Clock, places: int) -> None:
        self._clock = clock
        self._waiting: deque[Process] = deque()
        self.free = places

    @property
    def waiting(self) -> int:
        """How many wait."""
        return len(self._waiting)

    def take(self, process: Process) -> float | None:
        """Now, or None: it is woken when it has one."""
        if self.free:
            self.free -= 1
            return self._clock.now
        self._waiting.append(process)
        return None

    def give_back(self) -> None:
        """To whoever waits longest."""
        if self._waiting:
            self._clock.start(self._waiting.popleft())
        else:
            self.free += 1
