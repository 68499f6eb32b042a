"""What becomes of a turn while no model is to be had."""

from __future__ import annotations

import pytest

from bot import wording
from bot.errors import Away, Held, Refused, Unavailable
from bot.pipeline.without_model import without_model
from bot.types import Outcome
from tests.builders import a_message, a_passage, a_tenant, a_turn

GONE = Unavailable("the model server can't be reached")
NEAR, FAR = a_passage(), a_passage(score=0.1, title="怎么开发票")
ALIKE = (a_passage(score=0.4, id="a", title="买家退货"), a_passage(score=0.39, id="b", title="卖家退货"))


def test_what_the_knowledge_says_by_itself_needs_no_model() -> None:
    answer = without_model(a_turn(passages=(NEAR,), parks=True), a_tenant(), GONE)

    assert (answer.text, answer.outcome) == (NEAR.text, Outcome.FAQ)


@pytest.mark.parametrize(("error", "tried"), [(GONE, True), (Held("left alone"), False)])
def test_what_it_does_not_say_waits_where_it_can(error: Unavailable, tried: bool) -> None:
    with pytest.raises(Away) as raised:
        without_model(a_turn(passages=(FAR,), parks=True), a_tenant(), error)

    assert raised.value.tried is tried


def test_who_can_wait_is_not_asked_back_and_who_can_not_is() -> None:
    with pytest.raises(Away):
        without_model(a_turn(passages=ALIKE, parks=True), a_tenant(), GONE)

    answer = without_model(a_turn(passages=ALIKE), a_tenant(), GONE)
    assert answer.outcome is Outcome.CLARIFIED


@pytest.mark.parametrize(("parks", "error"), [(False, GONE), (True, Refused("there is no such model"))])
def test_else_an_honest_line_says_so_and_the_operator_learns_why(
    parks: bool, error: Unavailable | Refused
) -> None:
    answer = without_model(a_turn(passages=(FAR,), parks=parks), a_tenant(), error)

    assert (answer.text, answer.outcome, answer.reason) == (wording.APOLOGY, Outcome.APOLOGISED, str(error))


def test_what_waited_before_stays_open_when_an_entry_answers_what_came_since() -> None:
    both = (a_message("会员怎么算"), a_message("怎么退货", id="m2"))

    answer = without_model(a_turn(messages=both, parked=1, passages=(NEAR,), parks=True), a_tenant(), GONE)

    assert (answer.text, answer.leaves_open) == (NEAR.text, True)
