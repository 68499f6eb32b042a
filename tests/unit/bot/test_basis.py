"""What is noted of an answer, for the opinion that may come."""

from __future__ import annotations

from structlog.testing import capture_logs

from bot.errors import Unavailable
from bot.pipeline.basis import ANSWER_CHARS, GROUNDS, QUESTION_CHARS, BasisNotes, basis_of
from bot.replies import reply_id
from bot.store.bases import BASIS_BYTES
from bot.store.codec import encode
from bot.types import Answer, Basis, Conversation, Ground, Outcome, Turn
from tests.builders import A_CONVERSATION, a_message, a_passage, a_turn


class Kept:
    """`bot.ports.Bases` in a list; away on order."""

    def __init__(self) -> None:
        self.kept: list[Basis] = []
        self.away = False

    async def note(self, conversation: Conversation, basis: Basis) -> None:
        if self.away:
            raise Unavailable("the store is away")
        self.kept.append(basis)


def a_finished(answer: Answer | None) -> Turn:
    messages = (a_message("怎么退货"), a_message("快点", id="m2"))
    return a_turn(messages=messages, passages=(a_passage(score=0.87654),), answer=answer)


async def test_an_answer_is_noted_under_its_replys_id_with_passages_and_model() -> None:
    bases = Kept()

    await BasisNotes(bases, "qwen").note(a_finished(Answer("七天内。", Outcome.ANSWERED)))

    passage = a_passage()
    assert bases.kept == [
        Basis(
            reply_id(A_CONVERSATION, ["m1"]),
            "怎么退货\n快点",
            "七天内。",
            Outcome.ANSWERED,
            "qwen",
            (Ground(passage.id, passage.source, 0.877),),
        )
    ]


async def test_no_model_is_named_where_the_shop_itself_spoke() -> None:
    bases = Kept()

    await BasisNotes(bases, "qwen").note(a_finished(Answer("七天内。", Outcome.FAQ)))

    assert bases.kept[0].model == ""


def test_nobody_s_numbers_outlive_the_dialogue_beside_an_opinion() -> None:
    turn = a_turn(messages=(a_message("我是13800001234，订单20240910XYZ呢"),))

    basis = basis_of(turn, Answer("已寄往人民路8号5栋，预计3天。", Outcome.ANSWERED), "qwen")

    assert (basis.question, basis.answer) == ("我是…，订单…呢", "已寄往…，预计3天。")


async def test_where_nothing_was_said_nothing_is_noted() -> None:
    bases = Kept()

    for answer in (None, Answer("", Outcome.LIMITED)):
        await BasisNotes(bases, "qwen").note(a_finished(answer))

    assert bases.kept == []


def test_a_note_has_a_largest_size() -> None:
    passages = tuple(a_passage(id="号" * 300, source="源" * 300) for _ in range(20))
    turn = a_turn("问" * 5000, passages=passages)

    basis = basis_of(turn, Answer("答" * 5000, Outcome.ANSWERED), "模" * 300)

    assert (len(basis.question), len(basis.answer)) == (QUESTION_CHARS, ANSWER_CHARS)
    assert len(basis.grounds) == GROUNDS
    assert len(encode(basis)) <= BASIS_BYTES


async def test_a_store_that_is_away_costs_the_note_alone_and_no_words_are_logged() -> None:
    bases = Kept()
    bases.away = True

    with capture_logs() as logs:
        await BasisNotes(bases, "qwen").note(a_finished(Answer("七天内。", Outcome.FAQ)))

    assert [one["event"] for one in logs] == ["basis_not_noted"]
    assert "退货" not in str(logs)
