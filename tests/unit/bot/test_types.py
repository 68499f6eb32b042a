"""Values keep their promises."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.store.codec import decode, encode
from bot.types import Conversation, DeliveryState, Message, Reply
from tests.builders import a_message, a_reply


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
