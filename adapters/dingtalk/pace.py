"""When an update of a card is worth its price: each is a call of the month's quota, and of the second's."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from bot.settings import DingTalkRobotSettings
from bot.types import Rate

FIRST_GAP_S: Final = 1.0
LONGEST_GAP_S: Final = 8.0
"""A card that stands still for longer looks dead; with updates left, it moves."""


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


def of_app(settings: DingTalkRobotSettings) -> Rate:
    """What DingTalk allows an app for each interface (doc "rate limits", 2026-05-09), by whatever channel."""
    return Rate(f"dingtalk:{settings.client_id}", settings.sends_per_second, 1)


def of_drafts(settings: DingTalkRobotSettings) -> Rate:
    """Half of it for cards that grow, as finished answers go by the same interface, and must not wait."""
    rate = of_app(settings)
    return replace(rate, most=max(1, rate.most // 2))
