"""Figures of an evaluation, against what a person counts by hand."""

from __future__ import annotations

import pytest

from knowledge.judge.answers import answered, likeness
from knowledge.judge.bounds import missed
from knowledge.judge.cases import FAR, NEAR, Case, Decision, Found, Judged, failed, searched
from knowledge.judge.choices import choices
from knowledge.judge.figures import figures, interval, quantile

RETURN, SHIP, SIZE = "怎么退货", "多久发货", "穿什么码"


def known(*found: tuple[str, float], enough: float = 0.5, gold: str = RETURN, seconds: float = 0.1) -> Judged:
    return judged(Case("退货", (gold,)), *found, enough=enough, seconds=seconds)


def foreign(score: float, kind: str = FAR) -> Judged:
    return judged(Case("天气", kind=kind), (SIZE, score))


def judged(case: Case, *found: tuple[str, float], enough: float = 0.5, seconds: float = 0.1) -> Judged:
    passages = [Found(title, score) for title, score in found]
    is_answered = bool(passages) and passages[0].score >= enough
    return searched(case, passages, is_answered=is_answered, seconds=seconds)


def test_ranks_count_as_they_are_defined() -> None:
    """Right first, second, fourth, and nowhere."""
    counted = figures(
        [
            known((RETURN, 0.9)),
            known((SHIP, 0.9), (RETURN, 0.8)),
            known((SHIP, 0.9), (SIZE, 0.8), ("甲", 0.7), (RETURN, 0.6)),
            known((SHIP, 0.9)),
        ]
    )

    assert (counted.hit1, counted.hit3) == (0.25, 0.5)
    assert counted.mrr == pytest.approx((1 + 1 / 2 + 1 / 4 + 0) / 4)


def test_a_title_counts_as_people_read_it_and_one_of_several_will_do() -> None:
    case = Case("退货", (SHIP, "怎么 退货？"))

    assert judged(case, ("怎么退货?", 0.9)).rank == 1
    assert judged(case, ("怎么退", 0.9)).rank == 0


def test_a_section_goes_by_its_last_heading_unless_an_entry_is_called_so() -> None:
    section, case = "冲煮指南 › 冷萃", Case("怎么冷泡", ("冷萃",))

    assert judged(case, ("冲煮指南 › 法压", 0.9), (section, 0.8)).rank == 2
    assert judged(case, (section, 0.9), ("冷萃", 0.8)).rank == 2


def test_what_became_of_the_questions_of_each_kind() -> None:
    counted = figures(
        [
            known((RETURN, 0.9)),
            known((SHIP, 0.9), (RETURN, 0.8)),
            known((RETURN, 0.3)),
            known(),
            foreign(0.2),
            foreign(0.1),
            foreign(0.4, NEAR),
            foreign(0.8, NEAR),
        ]
    )

    assert [(row.kind, row.questions, row.right, row.wrong, row.refused) for row in counted.rows] == [
        ("in scope", 4, 1, 1, 2),
        ("far", 2, 0, 0, 2),
        ("near", 2, 0, 1, 1),
    ]
    assert (counted.answered, counted.right, counted.wrong) == (0.5, 0.25, 0.25)
    assert (counted.refused, counted.refused_of) == (0.75, {"far": 1.0, "near": 0.5})


def test_the_calibration_error_is_the_mean_gap_of_the_bins() -> None:
    """Two promised 0.85 in the mean and one came true; two promised 0.15, and one of them is out of scope."""
    counted = figures(
        [known((RETURN, 0.8)), known((SHIP, 0.89)), known((RETURN, 0.1)), foreign(0.2 - 1e-9), foreign(1.0)]
    )

    assert [bin_.questions for bin_ in counted.curve] == [2, 2, 1]
    assert counted.curve[1].promised == pytest.approx(0.845)
    gaps = [abs(0.15 - 0.5), abs(0.845 - 0.5), 1.0]
    assert counted.ece == pytest.approx((2 * gaps[0] + 2 * gaps[1] + gaps[2]) / 5)


def test_what_is_promised_and_comes_true_is_no_error() -> None:
    counted = figures([known((RETURN, 1.0)), judged(Case("天气", kind=FAR))])

    assert counted.ece == 0


def test_what_could_not_be_asked_is_in_no_figure() -> None:
    counted = figures([known((RETURN, 0.9)), failed(Case("退货", (RETURN,)), "the worker is away")])

    assert (counted.questions, counted.failed, counted.hit1) == (2, 1, 1.0)


def test_of_nothing_there_is_no_share() -> None:
    nothing = figures([])
    only_foreign = figures([foreign(0.1)])

    assert (nothing.hit1, nothing.refused, nothing.ece, nothing.p95_s, nothing.rows) == (None,) * 4 + ((),)
    assert (only_foreign.hit1, only_foreign.hit1_within, only_foreign.refused) == (None, None, 1.0)


@pytest.mark.parametrize(
    ("hits", "whole", "low", "high"),
    [(67, 76, 0.790, 0.936), (10, 10, 0.722, 1.0), (0, 10, 0.0, 0.278), (5, 10, 0.237, 0.763)],
)
def test_the_interval_is_wilsons(hits: int, whole: int, low: float, high: float) -> None:
    """Values from published tables of the score interval; it never leaves 0 to 1."""
    assert interval(hits, whole) == pytest.approx((low, high), abs=0.0006)


def test_a_quantile_is_one_of_the_values() -> None:
    values = [0.4, 0.1, 0.3, 0.2]

    assert (quantile(values, 0.5), quantile(values, 0.95), quantile([], 0.5)) == (0.2, 0.4, None)


def test_another_threshold_trades_answers_for_refusals() -> None:
    asked = [known((RETURN, 0.9)), known((SHIP, 0.6)), foreign(0.7)]

    told = [(one.enough, one.right, one.wrong, one.refused) for one in choices(asked, 4)]

    assert told == [
        (0.0, 0.5, 0.5, 0.0),
        (0.25, 0.5, 0.5, 0.0),
        (0.5, 0.5, 0.5, 0.0),
        (0.75, 0.5, 0.0, 1.0),
        (1.0, 0.0, 0.0, 1.0),
    ]
    assert choices([foreign(0.7)], 4) == []


def answer(text: str, case: Case, *found: str, is_verbatim: bool = True) -> Judged:
    passages = [Found(title, 0.9) for title in found]
    return answered(case, passages, Decision.ANSWERED, text, is_verbatim=is_verbatim, seconds=0.1)


def test_facts_decide_whether_an_answer_is_right() -> None:
    case = Case("退货", (RETURN,), facts=(("七天", "7 天"), ("免费",)), never=("三十天",))

    assert answer("7天内免费。", case, SHIP).is_right, "in one of the ways, whatever entry it was made of"
    assert answer("七天内。", case, RETURN).reason == "does not say 免费"
    assert answer("七天内免费，最多三十天。", case, RETURN).reason == "says 三十天"


def test_without_facts_the_entry_decides() -> None:
    case = Case("退货", (RETURN,))

    assert answer("七天内。", case, RETURN, SHIP).is_right
    assert answer("七天内。", case, SHIP, RETURN).reason == "rests on another entry"
    assert answer("七天内。", case, SHIP, RETURN, is_verbatim=False).is_right, "the model had it before it"
    assert not answer("晴。", Case("天气", kind=FAR), SHIP).is_good


def test_an_answer_is_as_like_its_reference_as_the_pairs_they_share() -> None:
    """七天, 天内, 内退 against 七天, 天内, 内换: two of three."""
    assert likeness("七天内退", "七天 内换") == pytest.approx(2 / 3)
    assert (likeness("好", "好"), likeness("好", "不"), likeness("", "好")) == (1.0, 0.0, 0.0)
    assert figures([answer("七天内退", Case("退货", (RETURN,), reference="七天内换"), RETURN)]).likeness == (
        pytest.approx(2 / 3)
    )


def test_a_bound_that_is_missed_is_told() -> None:
    counted = figures([known((RETURN, 0.9), seconds=0.2), known((SHIP, 0.9)), foreign(0.1)])

    assert list(missed(counted, {"hit1": 0.5, "wrong": 0.5, "refused": 1.0, "p95_ms": 200})) == []
    assert list(missed(counted, {"hit1": 0.51, "wrong": 0.4, "p95_ms": 199})) == [
        "hit@1: 0.5, and 0.51 at least was asked for",
        "answered wrongly: 0.5, and 0.4 at most was asked for",
        "p95 ms: 200, and 199 at most was asked for",
    ]


def test_a_bound_that_no_question_tells_of_is_not_kept() -> None:
    assert list(missed(figures([known((RETURN, 0.9))]), {"refused_near": 0.5})) == [
        "near refused: no question tells it, and 0.5 at least was asked for"
    ]
