"""How many calls a process has under way at one server: a pure law, without a clock or a connection.

Where the server tells its load, each process keeps the server's own queue short: a few requests, so that a
place in the batch that gets free is taken at once, and no more, so that what waits is in our queue, where it
can be ordered. That queue is what all processes see, so together they settle without talking.

Where it does not, the window is TCP's: it grows by a little with each round of answers, and shrinks by a
share when the server pushes back (429, 503, no answer in time) or takes long; once a round.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from typing import Final

from bot.model.load import Load

_SHRINK: Final = 0.7
"""To this share: CUBIC's (RFC 9438), gentler than a half."""
_STEPS: Final = 16
"""Rounds of answers from nothing to the upper bound, where only they tell."""
_STANDING: Final = 5
"""Readings. A burst of prompts waits too, for a step or two of the batch; only a queue that never gets short
in that time is one (CoDel's insight, RFC 8289)."""
_WAITING: Final = 2
_WAITING_SHARE: Final = 20
"""The server's queue may be that long, or a twentieth of its batch: this is what ends between two steps."""
_FRESH_S: Final = 10.0


@dataclass(frozen=True, slots=True)
class _Reading:
    load: Load
    in_flight: int


class Window:
    """Between 1 and `most`. It starts at `most`: an operator wrote it, and the start of a day is a rush."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._size = float(most)
        self._step = max(1.0, most / _STEPS)
        self._stride = 1.0
        self._shrunk_at = -math.inf
        self._read_at = -math.inf
        self._readings: deque[_Reading] = deque(maxlen=_STANDING)

    @property
    def size(self) -> int:
        """Calls that may be under way."""
        return int(self._size)

    def read(self, load: Load, *, in_flight: int, now: float) -> None:
        """The server told its load while `in_flight` of its requests were ours."""
        if now - self._read_at > _FRESH_S:
            self._readings.clear()
        self._read_at = now
        self._readings.append(_Reading(load, in_flight))
        if load.waiting == 0 and in_flight >= self.size:
            self._grow(self._stride)
            self._stride = min(self._stride * 2, self._most)  # far from full: soon; near it: a few too many
            return
        self._stride = 1.0
        if len(self._readings) == _STANDING:
            self._shorten(min(self._readings, key=lambda reading: reading.load.waiting))

    def answered(self, *, began: float, now: float, in_flight: int, slow: bool) -> None:
        """A call went well. What the server tells of itself is better than what a call's time does."""
        if now - self._read_at <= _FRESH_S:
            return
        if slow:
            self._shrink(began, now, in_flight)
        elif in_flight >= self.size:  # else nobody knows whether more would do
            self._grow(self._step / self._size)

    def pushed_back(self, *, began: float, now: float, in_flight: int) -> None:
        """The server took a call for too much, or did not manage it."""
        self._shrink(began, now, in_flight)

    def _grow(self, by: float) -> None:
        self._size = min(float(self._most), self._size + by)

    def _shrink(self, began: float, now: float, in_flight: int) -> None:
        """From what was in use. What began before we shrank tells nothing of how it is since."""
        if began >= self._shrunk_at:
            self._size = max(1.0, min(self._size, in_flight) * _SHRINK)
            self._shrunk_at = now

    def _shorten(self, seen: _Reading) -> None:
        """Our part of what is too many. By what was in flight then, so that a queue still draining is not
        counted twice."""
        load = seen.load
        allowed = load.running + max(_WAITING, load.running // _WAITING_SHARE)
        there = load.running + load.waiting
        if there > allowed:
            self._size = max(1.0, min(self._size, seen.in_flight * allowed / there))
