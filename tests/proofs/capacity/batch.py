"""A model server with continuous batching: all its sequences get their next token in the same step."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable

from tests.proofs.capacity.kernel import Clock, Process


class Batch:
    """Shares its steps; how long one takes depends on how many there are."""

    def __init__(self, clock: Clock, step: Callable[[int], float]) -> None:
        self._clock = clock
        self._step = step
        self._order = itertools.count()
        self._ends: list[tuple[float, int, Process]] = []
        self._said = 0.0
        """Tokens that a sequence would have which was there from the beginning."""
        self._at = 0.0
        self._change = 0
        self.tokens = 0.0

    @property
    def active(self) -> int:
        """Sequences in it."""
        return len(self._ends)

    def enter(self, process: Process, tokens: float) -> None:
        """It is woken when it has them."""
        self._go_on()
        self.tokens += tokens
        heapq.heappush(self._ends, (self._said + tokens, next(self._order), process))
        self._plan()

    def _go_on(self) -> None:
        if self._ends:
            self._said += (self._clock.now - self._at) / self._step(self.active)
        self._at = self._clock.now

    def _plan(self) -> None:
        """Look again when the first one is done, should nothing change until then."""
        self._change += 1
        if self._ends:
            left = max(0.0, self._ends[0][0] - self._said)
            self._clock.start(self._look(self._change), self._clock.now + left * self._step(self.active))

    def _look(self, change: int) -> Process:
        yield from ()  # a process that waits for nothing
        if change == self._change:
            self._go_on()
            _, _, process = heapq.heappop(self._ends)
            self._clock.start(process)
            self._plan()
