"""When an update of a card is worth its price: each is a call of the month's quota, and of the second's."""

from __future__ import annotations

from collections import deque
from typing import Final

FIRST_GAP_S: Final = 1.0
LONGEST_GAP_S: Final = 8.0
"""A card that stands still for longer looks dead; with updates left, it moves."""
DRAFTS_A_SECOND: Final = 10
"""Of all cards of a process: half of what DingTalk takes (doc "rate limits", 2026-05-09), as finished answers
go by the same call."""


class Pace:
    """Of one card: the gaps grow, so that a few updates come early and still last for a long answer."""

    def __init__(self, updates: int) -> None:
        self._left = updates
        self._gap = FIRST_GAP_S
        self._next = 0.0

    def allows(self, now: float) -> bool:
        """Whether a call may go now."""
        return self._left > 0 and now >= self._next

    def spend(self, now: float) -> None:
        """An update goes."""
        self._left -= 1
        self._gap = min(self._gap * 2, LONGEST_GAP_S)
        self.rest(now, self._gap)

    def rest(self, now: float, seconds: float) -> None:
        """Nothing goes before so many seconds are over."""
        self._next = now + seconds


class Throttle:
    """Of all cards together: so many in any second."""

    def __init__(self, most: int = DRAFTS_A_SECOND) -> None:
        self._recent: deque[float] = deque([float("-inf")] * most, maxlen=most)

    def allows(self, now: float) -> bool:
        """Whether one more may go now; if so, it counts."""
        if now - self._recent[0] < 1.0:
            return False
        self._recent.append(now)
        return True
