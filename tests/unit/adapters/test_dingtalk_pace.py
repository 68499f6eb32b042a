"""How a card's updates are spread over an answer."""

from __future__ import annotations

import pytest

from adapters.dingtalk.pace import Pace, Throttle


def spent_at(updates: int, seconds: int) -> list[int]:
    """The seconds at which an update goes, tried each second."""
    pace, went = Pace(updates), []
    pace.rest(0.0, 1.0)
    for now in range(seconds):
        if pace.allows(now):
            pace.spend(now)
            went.append(now)
    return went


@pytest.mark.parametrize(
    ("updates", "went"),
    [(0, []), (1, [1]), (3, [1, 3, 7]), (6, [1, 3, 7, 15, 23, 31])],
)
def test_the_gaps_grow_until_a_card_would_look_dead(updates: int, went: list[int]) -> None:
    assert spent_at(updates, 60) == went


def test_no_more_go_in_any_second_than_are_allowed() -> None:
    throttle = Throttle(3)

    assert [throttle.allows(now) for now in (0.0, 0.1, 0.2, 0.3, 0.9)] == [True, True, True, False, False]
    assert [throttle.allows(now) for now in (1.0, 1.05, 1.1)] == [True, False, True]
