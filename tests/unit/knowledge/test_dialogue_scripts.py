"""The dialogues that a real model is tried with: what they hold is right, and so is their judge."""

from __future__ import annotations

import pytest

from bot.types import Outcome, ToolEnd, ToolUse
from tests.evals.dialogues.plain import numbers, plain
from tests.evals.dialogues.play import told_in
from tests.evals.dialogues.script import Dialogue, Due, Line, read
from tests.evals.dialogues.verdict import Told, figures, judge
from tests.simulators.shop import ORDERS, STOCK

DIALOGUES = read()
LINES = [(one.name, line) for one in DIALOGUES for line in one.turns]


def told(text: str, evidence: str = "", outcome: Outcome = Outcome.ANSWERED, *uses: ToolUse) -> Told:
    return Told(text, outcome, evidence, uses)


def a_use(name: str = "stock", **arguments: str) -> ToolUse:
    return ToolUse(name, arguments, ToolEnd.FOUND, "{}")


def test_there_are_enough_of_each_kind() -> None:
    lines = [line for _, line in LINES]

    assert len(DIALOGUES) >= 60
    assert len({one.name for one in DIALOGUES}) == len(DIALOGUES)
    assert sum(line.refused for line in lines) >= 10
    assert sum(line.tool is not None for line in lines) >= 10
    assert sum(one.name.startswith("en-") for one in DIALOGUES) >= 3
    assert {len(one.turns) for one in DIALOGUES} >= {1, 2, 3, 5}


@pytest.mark.parametrize(("name", "line"), [one for one in LINES if one[1].gold])
def test_the_shop_tells_all_that_is_asked_for_and_nothing_that_is_wrong(name: str, line: Line) -> None:
    passages = ["\n".join(item.text for item in told_in(title)) for title in line.gold]

    assert all(passages), "the shop has each of them"
    if not name.startswith("en-"):
        verdict = judge(line, told("\n".join(passages), "\n".join(passages)))
        assert dict(verdict.faults) == {}


def test_what_is_due_from_a_tool_is_what_the_shop_s_server_has() -> None:
    known = "".join(map(str, (*ORDERS.values(), *STOCK.values())))

    for _, line in LINES:
        for argument in line.tool.arguments.values() if line.tool else ():
            assert argument in known


def test_facts_are_found_however_they_are_written() -> None:
    line = Line("几天能退", facts=(("7天", "七日"), ("1-3个工作日",)))

    assert judge(line, told("签收后七天内，１ 至 3 个工作日到账", "7 3 1")).missing == ()
    assert judge(line, told("十七天内可以退")).missing == ("7天", "1-3个工作日")


def test_a_number_that_nothing_tells_of_is_counted() -> None:
    verdict = judge(Line("运费多少"), told("运费 8 元，满 120 元包邮，一件也发。", "满99元，运费8元"))

    assert (verdict.numbers, verdict.policies) == (("120",), ("包邮",))


def test_what_is_told_in_chinese_may_be_said_in_english() -> None:
    said = told("We refund within 3 days, and delivery is free.", "3个工作日原路退款")

    assert judge(Line("how do i return it"), said).policies == ("free",)


def test_marks_of_lists_and_what_the_customer_said_are_no_claims() -> None:
    verdict = judge(Line("52公斤穿什么"), told("1. 52 公斤穿 M\n2. ①看尺码表", "52公斤穿什么 M码"))

    assert verdict.numbers == ()


def test_a_tool_is_right_with_its_arguments_alone() -> None:
    line = Line("亚麻衬衫多少钱", tool=Due("stock", {"item": "亚麻衬衫"}))

    assert judge(line, told("199元", "199", Outcome.ANSWERED, a_use(item="亚麻衬衫", size="L"))).tool is True
    assert judge(line, told("199元", "199", Outcome.ANSWERED, a_use(item="针织开衫"))).tool is False
    assert judge(line, told("199元", "199")).tool is False


@pytest.mark.parametrize(
    ("text", "outcome", "right"),
    [
        ("没有找到资料", Outcome.REFUSED, True),
        ("抱歉，这个我帮不了您。", Outcome.ANSWERED, True),
        ("抱歉，不过明天降水 80%。", Outcome.ANSWERED, False),
        ("明天有雨。", Outcome.ANSWERED, False),
    ],
)
def test_to_refuse_is_to_tell_nothing(text: str, outcome: Outcome, right: bool) -> None:
    assert judge(Line("明天下雨吗", refused=True), told(text, "", outcome)).refused is right


def test_figures_are_shares_of_what_was_due() -> None:
    lines = [Line("a", facts=(("7天",), ("8元",))), Line("b", refused=True), Line("c", tool=Due("stock"))]
    answers = [told("7天", "7天"), told("会下雨"), told("好", "", Outcome.ANSWERED, a_use())]

    counted = figures([judge(line, answer) for line, answer in zip(lines, answers, strict=True)])

    assert (counted["facts_right"], counted["turns_right"]) == (0.5, 0.0)
    assert (counted["tools_right"], counted["refused_right"]) == (1.0, 0.0)
    assert figures([])["facts_right"] is None


def test_a_line_that_holds_anything_else_is_no_dialogue() -> None:
    assert plain("三百六十五 天，1,000 元，九五折") == "365天,1000元,95折"
    assert numbers("十分抱歉，一件 9.90 元") == {"1", "9.90"}
    assert isinstance(DIALOGUES[0], Dialogue)
