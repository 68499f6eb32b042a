"""How fast a tenant's customers get their turns: a pure law, without a store or a clock.

By Little's law whoever stands at place n waits n ÷ that rate. A rate tells what we can do only while
somebody waits all the time: else it tells how many ask.
"""

from __future__ import annotations

import math
from typing import Final

from bot.types import Standing

_WINDOW_S: Final = 30.0
"""What is older counts for little: a few turns of a slow model, and soon enough when it gets slower."""
SEEN_S: Final = 3.0
"""Less says nothing: all turns that are under way at once may have begun in one moment."""
_APART_S: Final = 10.0
"""Between two looks: nobody was at work in between."""


class Flow:
    """Of one tenant, over all lines."""

    def __init__(self, *, seen_s: float = SEEN_S) -> None:
        """`seen_s`: that a line is watched before anything is said of it."""
        self._seen_s = seen_s
        self._last: Standing | None = None
        self._turns = 0.0
        self._seconds = 0.0

    def saw(self, now: Standing) -> None:
        """The line stands so."""
        last, self._last = self._last, now
        if last is None or not _waited_through(last, now):
            self._turns = self._seconds = 0.0
            return
        passed = now.at - last.at
        kept = math.exp(-passed / _WINDOW_S)
        self._turns = self._turns * kept + now.had - last.had
        self._seconds = self._seconds * kept + passed

    @property
    def rate(self) -> float | None:
        """Turns a second, as if one more were about to begin; None: there is no line, or since just now."""
        return (self._turns + 1) / self._seconds if self._seconds >= self._seen_s else None


def _waited_through(last: Standing, now: Standing) -> bool:
    return (
        now.since is not None
        and now.since <= last.at < now.at <= last.at + _APART_S
        and now.had >= last.had  # else the store lost what it knew
    )
