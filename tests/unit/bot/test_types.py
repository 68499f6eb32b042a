"""Values keep their promises."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.store.codec import decode, encode
from bot.types import Conversation, DeliveryState, Message, Reply, Turn, changed
from tests.builders import a_message, a_passage, a_reply, a_turn


@given(customer=st.text())
def test_a_conversation_is_read_back_whatever_the_customers_id(customer: str) -> None:
    conversation = Conversation("shop", "door", customer)

    assert Conversation.parse(str(conversation)) == conversation


def test_what_is_no_conversation_is_no_conversation() -> None:
    with pytest.raises(ValueError, match="unpack"):
        Conversation.parse("shop:door")


@given(text=st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_messages_and_replies_survive_the_trip_through_json(text: str) -> None:
    message, reply = a_message(text), a_reply(text)

    assert decode(encode(message), Message) == message
    assert decode(encode(reply), Reply) == reply


def test_only_three_states_are_final() -> None:
    final = [state for state in DeliveryState if state.final]

    assert final == [DeliveryState.SENT, DeliveryState.EXPIRED, DeliveryState.FAILED]


def test_a_turn_with_something_else_in_it_is_another_turn() -> None:
    turn = a_turn()

    another = changed(turn, crowded=True, offered=("orders",))

    assert another == dataclasses.replace(turn, crowded=True, offered=("orders",))
    assert not turn.crowded, "the first is as it was"


@pytest.mark.parametrize("value", [a_turn(), a_message()], ids=["without slots", "with slots"])
def test_a_field_that_is_not_there_is_never_made_up(value: Turn | Message) -> None:
    with pytest.raises(TypeError, match="colour"):
        changed(value, colour="red")  # type: ignore[call-arg]


@pytest.mark.parametrize(
    ("scores", "read"),
    [
        ([0.9, 0.05, 0.01], [0]),
        ([0.6, 0.3, 0.05], [0, 1]),
        ([0.3, 0.2, 0.1, 0.1], [0, 1, 2, 3]),
        ([0.0, 0.0], [0, 1]),
        ([0.01, 0.9, 0.01], [0, 1]),
        ([], []),
    ],
    ids=["sure", "two may be meant", "unsure", "nothing known", "a reranker's order", "nothing found"],
)
def test_a_model_reads_no_more_than_what_may_be_meant(scores: list[float], read: list[int]) -> None:
    passages = tuple(a_passage(id=str(number), score=score) for number, score in enumerate(scores))

    assert [int(passage.id) for passage in a_turn(passages=passages).given] == read


def test_of_two_questions_a_model_reads_what_fits_each() -> None:
    sure, unsure = a_passage(id="sure", score=0.99), a_passage(id="unsure", score=0.05)
    turn = a_turn(passages=(sure, unsure, a_passage(id="other", score=0.01)), nearest=(sure, unsure))

    assert [passage.id for passage in turn.given] == ["sure", "unsure"]


def test_a_model_reads_what_was_spoken_of_whatever_its_score() -> None:
    spoken_of = a_passage(id="before", score=0.0, spoken_of=True)
    turn = a_turn(passages=(a_passage(id="own", score=0.9), a_passage(id="other", score=0.01), spoken_of))

    assert [passage.id for passage in turn.given] == ["own", "before"]
