"""The figures that a question set is told in."""

from __future__ import annotations

import pytest

from tests.evals.figures import Asked, calibration_error, figures


def asked(gold: str | None, *found: str, sure: float = 0.9, is_answered: bool = True) -> Asked:
    return Asked("in_scope" if gold else "oos_far", gold, found, sure, is_answered)


def test_ranks_are_counted_over_what_is_in_scope() -> None:
    told = figures(
        [
            asked("a", "a", "b"),
            asked("a", "b", "a"),
            asked("a", "x", "y", "z", "a"),
            asked("a"),
            asked(None, "a"),
        ]
    )

    assert (told["hit@1"], told["hit@3"], told["mrr"]) == (0.25, 0.5, round((1 + 1 / 2 + 1 / 4) / 4, 3))
    assert told["questions"] == 5


def test_what_was_answered_is_told_by_kind() -> None:
    told = figures([asked("a", "a"), asked("a", "a", is_answered=False), asked(None, "a", is_answered=False)])

    assert told["answered"] == {"in_scope": 0.5, "oos_far": 0.0}


def test_calibration_compares_what_was_promised_with_what_came_true() -> None:
    right, wrong = asked("a", "a", sure=0.75), asked("a", "b", sure=0.75)

    assert calibration_error([right, right, right, wrong]) == pytest.approx(0)
    assert calibration_error([wrong]) == pytest.approx(0.75)
    assert calibration_error([asked(None, "a", sure=1.0)]) == pytest.approx(1), "nothing there answers it"
