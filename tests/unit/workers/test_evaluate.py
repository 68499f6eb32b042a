"""An evaluation asks as customers are answered."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest

from bot.errors import Unavailable
from bot.types import Outcome, Passage, Said, Slots, Speaker
from knowledge.judge.cases import FAR, Case, Decision, Judged, Line
from tests.builders import SHOP, a_passage, some_settings
from workers.ask import Asked
from workers.evaluate import Examiner
from workers.misnamed import left_out, misnamed

RETURN, SHIP = Case("要退", ("怎么退货",)), Case("几天发", ("多久发货",))
WEATHER = Case("天气", kind=FAR)
A_MODEL = {"model": {"base_url": "http://127.0.0.1:1/v1", "model": "m"}}


class FakeDesk:
    """Finds what it was given for a question, and answers with the first of it; away for all others."""

    def __init__(self, *, outcome: Outcome = Outcome.FAQ, **found: list[Passage]) -> None:
        self.found = found
        self.outcome = outcome
        self.asked: list[str] = []
        self.channels: set[str | None] = set()
        self.history: Sequence[Said] = ()
        self.under_way = self.most_under_way = 0

    async def search(self, tenant: str, text: str, *, channel: str | None, limit: int) -> list[Passage]:
        assert tenant == SHOP
        self.asked.append(text)
        self.channels.add(channel)
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        await asyncio.sleep(0)
        self.under_way -= 1
        if text not in self.found:
            raise Unavailable("the worker is away")
        return self.found[text]

    async def ask(self, tenant: str, question: str, *, channel: str, history: Sequence[Said] = ()) -> Asked:
        self.history = history
        passages = await self.search(tenant, question, channel=channel, limit=5)
        return Asked("七天内。", self.outcome, tuple(passages), 0.25)


def found(title: str, score: float, *, is_faq: bool = True) -> Passage:
    return a_passage(id=title, title=title, score=score, is_faq=is_faq)


async def examined(
    desk: FakeDesk, *cases: Case, at_once: int = 2, answers: bool = False, model: bool = False
) -> tuple[Judged, ...]:
    settings = some_settings(**(A_MODEL if model else {}))
    examiner = Examiner(desk, settings, SHOP, answers)
    steps: list[None] = []
    judged = await examiner.examine(cases, at_once=at_once, on_each=lambda: steps.append(None))
    assert len(steps) == len(cases)
    return judged


async def test_a_search_is_answered_where_faq_mode_would_answer() -> None:
    desk = FakeDesk(
        要退=[found("怎么退货", 0.9)], 几天发=[found("多久发货", 0.2)], 天气=[found("多久发货", 0.1)]
    )

    told = [(one.decision, one.is_right, one.is_good) for one in await examined(desk, RETURN, SHIP, WEATHER)]

    assert told == [
        (Decision.ANSWERED, True, True),
        (Decision.REFUSED, False, False),
        (Decision.REFUSED, False, True),
    ]


POT, CUP = "手冲壶\n价格：129元\n容量：600毫升", "保温杯\n价格：59元\n容量：350毫升"
BEFORE = (Line(Speaker.CUSTOMER, "有保温杯吗"), Line(Speaker.BOT, "有的，这款保温杯很受欢迎。"))
AFTER = Case("多少钱", ("保温杯",), history=BEFORE)


class Shelf(FakeDesk):
    """Finds two products whatever is asked, the wrong one first, unless the text names one."""

    async def search(self, tenant: str, text: str, *, channel: str | None, limit: int) -> list[Passage]:
        self.asked.append(text)
        each = [a_passage(text, id=text[:3], title=text[:3], score=0.2, codes=()) for text in (POT, CUP)]
        named = [replace(one, score=0.9) for one in each if one.title in text]
        return named or each


async def test_a_question_is_asked_after_what_was_said_before_it() -> None:
    (alone,) = await examined(Shelf(), replace(AFTER, history=()))
    (after,) = await examined(Shelf(), AFTER)

    assert (alone.rank, after.rank) == (2, 1)


async def test_the_whole_pipeline_is_told_what_was_said_before_and_what_was_kept_in_mind() -> None:
    desk = Shelf()

    await examined(desk, AFTER, answers=True)

    customer, bot = BEFORE
    assert list(desk.history) == [
        Said(customer.by, customer.text, 0.0),
        Said(bot.by, bot.text, 0.0, Slots(item="保温杯")),
    ]


async def test_without_a_model_an_entry_goes_before_a_piece_of_a_document_that_is_hardly_nearer() -> None:
    """With one they are put before it, and the entry stands behind."""
    piece, entry = found("退货规则", 0.5, is_faq=False), found("怎么退货", 0.4)

    (without,) = await examined(FakeDesk(要退=[piece, entry]), RETURN)
    (alone,) = await examined(FakeDesk(要退=[piece]), RETURN)
    (with_one,) = await examined(FakeDesk(要退=[piece, entry]), RETURN, model=True)

    assert (without.rank, without.is_right) == (1, True)
    assert (alone.rank, alone.decision) == (0, Decision.ANSWERED)
    assert (with_one.rank, with_one.decision) == (2, Decision.ANSWERED)


async def test_a_search_that_would_be_asked_back_about_is_no_answer() -> None:
    desk = FakeDesk(要退=[found("怎么退货", 0.45), found("怎么换货", 0.4)])

    (one,) = await examined(desk, RETURN)

    assert (one.decision, one.rank, one.is_right) == (Decision.ASKED_BACK, 1, False)


@pytest.mark.parametrize("answers", [False, True])
async def test_it_is_asked_as_a_customer_of_the_channel_and_titles_are_known_to_the_operator(
    answers: bool,
) -> None:
    desk = FakeDesk(要退=[found("怎么换货", 0.9)], 怎么退货=[found("怎么退货", 1.0)])
    examiner = Examiner(desk, some_settings(), SHOP, answers, "web")

    judged = await examiner.examine([RETURN], at_once=1, on_each=lambda: None)
    assert desk.channels == {"web"}

    assert await misnamed(desk, SHOP, judged, at_once=1) == {}
    assert desk.channels == {"web", None}


@pytest.mark.parametrize(
    ("outcome", "decision"),
    [
        (Outcome.FAQ, Decision.ANSWERED),
        (Outcome.CLARIFIED, Decision.ASKED_BACK),
        (Outcome.HANDED_OFF, Decision.HANDED_OFF),
        (Outcome.REFUSED, Decision.REFUSED),
        (Outcome.APOLOGISED, Decision.FAILED),
    ],
)
async def test_an_answer_counts_by_its_outcome(outcome: Outcome, decision: Decision) -> None:
    desk = FakeDesk(outcome=outcome, 要退=[found("怎么退货", 0.9)])

    (one,) = await examined(desk, RETURN, answers=True)

    assert (one.decision, one.is_right) == (decision, decision is Decision.ANSWERED)


async def test_an_answer_has_the_time_that_the_worker_took() -> None:
    desk = FakeDesk(要退=[found("怎么退货", 0.9)])

    (one,) = await examined(desk, RETURN, answers=True)

    assert (one.seconds, one.answer) == (0.25, "七天内。")


async def test_every_outcome_has_its_place() -> None:
    for outcome in Outcome:
        (one,) = await examined(FakeDesk(outcome=outcome, 要退=[]), RETURN, answers=True)
        assert one.decision in Decision


async def test_so_many_are_under_way_and_no_more() -> None:
    desk = FakeDesk()
    desk.found = {f"问{n}": [] for n in range(20)}

    judged = await examined(desk, *(Case(f"问{n}", ("甲",)) for n in range(20)), at_once=3)

    assert [one.case.question for one in judged] == [f"问{n}" for n in range(20)]
    assert desk.most_under_way == 3


async def test_one_that_can_not_be_asked_costs_no_other() -> None:
    desk = FakeDesk(要退=[found("怎么退货", 0.9)])

    away, well = await examined(desk, SHIP, RETURN)

    assert (away.decision, away.reason) == (Decision.FAILED, "the worker is away")
    assert well.is_right


async def test_when_many_can_not_be_asked_the_rest_is_not_tried() -> None:
    desk = FakeDesk()

    with pytest.raises(Unavailable, match="6 questions could not be asked: the worker is away"):
        await Examiner(desk, some_settings(), SHOP).examine(
            [Case(f"问{n}", ("甲",)) for n in range(50)], at_once=2, on_each=lambda: None
        )

    assert len(desk.asked) < 10


async def test_a_title_that_no_entry_has_is_told() -> None:
    """Once more looked for by itself: it may just never have been found."""
    desk = FakeDesk(
        要退=[found("会不会缩水", 0.3)],
        几天发=[found("多久发货", 0.9)],
        怎么退货=[found("怎么退货？", 0.9)],
        没有的=[found("怎么退货", 0.2)],
    )
    cases = (RETURN, SHIP, Case("要退", ("没有的",)))
    judged = await examined(desk, *cases)

    unknown = await misnamed(desk, SHOP, judged, at_once=2)

    assert unknown == {"没有的": ("怎么退货",)}, "with the nearest"
    assert "多久发货" not in desk.asked, "it was found already"
    assert left_out(judged, unknown) == judged[2:]


async def test_of_several_titles_one_that_is_there_is_enough() -> None:
    desk = FakeDesk(要退=[found("怎么退货", 0.9)], 没有的=[])
    judged = await examined(desk, Case("要退", ("没有的", "怎么退货")))

    unknown = await misnamed(desk, SHOP, judged, at_once=2)

    assert unknown == {"没有的": ()}
    assert left_out(judged, unknown) == ()


async def test_a_section_goes_by_its_last_heading_where_no_other_has_the_same() -> None:
    desk = FakeDesk(
        怎么冷泡=[found("冲煮指南 › 冷萃", 0.9, is_faq=False)],
        保多久=[found("杯子 › 保修", 0.9, is_faq=False)],
        冷萃=[found("冲煮指南 › 冷萃", 0.9, is_faq=False)],
        保修=[found("壶 › 保修", 0.8, is_faq=False), found("杯子 › 保修", 0.8, is_faq=False)],
    )
    judged = await examined(desk, Case("怎么冷泡", ("冷萃",)), Case("保多久", ("保修",)))

    unknown = await misnamed(desk, SHOP, judged, at_once=2)

    assert judged[0].is_right
    assert unknown == {"保修": ("壶 › 保修", "杯子 › 保修")}
    assert left_out(judged, unknown) == judged[1:]


async def test_figures_are_not_lost_when_a_title_can_not_be_looked_for() -> None:
    desk = FakeDesk(要退=[found("会不会缩水", 0.3)])
    judged = await examined(desk, RETURN)

    assert await misnamed(desk, SHOP, judged, at_once=1) == {}
