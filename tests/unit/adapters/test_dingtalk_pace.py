"""How a card's updates are spread over an answer."""

from __future__ import annotations

import pytest

from adapters.dingtalk.pace import Pace, of_app, of_drafts
from tests.unit.adapters.conftest import dingtalk_settings, stream_settings


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


def test_drafts_leave_half_of_what_the_app_may_send_to_finished_answers() -> None:
    settings = dingtalk_settings(sends_per_second=20)

    app, drafts = of_app(settings), of_drafts(settings)

    assert (app.most, drafts.most) == (20, 10)
    assert app.name == drafts.name, "they are counted together"


def test_channels_of_one_app_are_counted_together() -> None:
    assert of_app(dingtalk_settings()) == of_app(stream_settings("http://x"))
