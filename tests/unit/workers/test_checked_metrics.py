"""How answers stood up to what the model was given, in figures."""

from __future__ import annotations

from prometheus_client import REGISTRY

from bot.types import Checked
from tests.builders import a_conversation, a_turn
from workers import metrics


def test_answers_that_were_checked_asked_for_again_and_withheld_are_counted() -> None:
    turns = [
        a_turn(conversation=a_conversation(tenant="strict"), checked=checked)
        for checked in (
            None,
            Checked(),
            Checked(("amount",), again=True),
            Checked(("amount",), withheld=True),
        )
    ]

    for turn in turns:
        metrics.turn_took(turn)

    def count(name: str, **labels: str) -> float | None:
        return REGISTRY.get_sample_value(f"kefu_answers_{name}_total", {"tenant": "strict", **labels})

    assert count("checked") == 3
    assert count("unborne", fault="amount") == 2
    assert count("asked_again") == 1
    assert count("not_said") == 1
