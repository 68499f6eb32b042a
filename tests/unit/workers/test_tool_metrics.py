"""What tools were called is counted, and what was withheld."""

from __future__ import annotations

from prometheus_client import REGISTRY

from bot.types import Answer, Outcome, ToolEnd, ToolUse
from tests.builders import a_turn
from workers import metrics


def test_calls_are_counted_by_tool_and_end_and_made_up_names_are_not() -> None:
    found = ToolUse("order_status", {}, ToolEnd.FOUND, "{}", seconds=0.2)
    made_up = ToolUse("delete_everything_42", {}, ToolEnd.WRONG, "{}")

    metrics.turn_took(a_turn(tool_calls=(found, found, made_up)))

    def calls(tool: str, end: str) -> float | None:
        labels = {"tenant": "shop", "tool": tool, "end": end}
        return REGISTRY.get_sample_value("kefu_tool_calls_total", labels)

    seconds = {"tenant": "shop", "tool": "order_status"}
    assert calls("order_status", "found") == 2
    assert calls("", "wrong") == 1
    assert calls("delete_everything_42", "wrong") is None
    assert REGISTRY.get_sample_value("kefu_tool_seconds_count", seconds) == 2


def test_what_is_withheld_is_counted_by_side_and_cause() -> None:
    def withheld(side: str, why: str) -> float:
        labels = {"tenant": "shop", "side": side, "why": why}
        return REGISTRY.get_sample_value("kefu_withheld_total", labels) or 0.0

    words, links = withheld("in", "word"), withheld("out", "link")  # of other tests in this process
    metrics.turn_took(a_turn(withheld="word"))
    metrics.turn_took(a_turn(withheld="link", draft=Answer("https://evil.example", Outcome.ANSWERED)))
    metrics.turn_took(a_turn())

    assert (withheld("in", "word") - words, withheld("out", "link") - links) == (1, 1)
