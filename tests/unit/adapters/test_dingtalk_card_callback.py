"""Buttons on a card: what a customer thinks, a person please, and the next question; by both ways they come."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.dingtalk import DingTalkChannel, card_callback
from adapters.dingtalk.route import Route
from adapters.dingtalk.signature import card_secret, sign_card
from adapters.dingtalk.stream import DingTalkStreamChannel
from adapters.dingtalk.track import Tracks
from adapters.outbound import Outbound
from bot.channel import Part
from bot.errors import Rejected, Unavailable
from bot.types import Ignored, Message, Opinion
from tests.fakes import FreeRates
from tests.simulators.dingtalk import DingTalkSimulator
from tests.simulators.dingtalk_cards import TEMPLATE, Card
from tests.simulators.dingtalk_stream import DingTalkStreamSimulator
from tests.unit.adapters.conftest import (
    FUZZ,
    Door,
    MemoryMarks,
    MemoryTokens,
    Opens,
    answer,
    dingtalk_settings,
    stream_settings,
    vectors,
)
from tests.unit.adapters.ear import listening_to

NOW = 1_700_000_000.0
TRACKS = Tracks("secret")
U1 = Route(webhook="", webhook_expires_at=0.0, staff="u1", group="").address()
GROUP = Route(webhook="", webhook_expires_at=0.0, staff="u1", group="cid-group==").address()
PRIVATE = {"cardPrivateData": {"actionIds": ["good"], "params": {}}}
BODY: dict[str, Any] = {
    "type": "actionCallback",
    "outTrackId": TRACKS.make("r1", "u1"),
    "corpId": "dingC",
    "userId": "u1",
    "userIdType": 1,
    "spaceType": "IM_ROBOT",
    "spaceId": "u1",
    "extension": "{}",
    "content": json.dumps(PRIVATE),
}


# Over HTTP.


@pytest.fixture
async def door(
    dingtalk: DingTalkSimulator, tokens: MemoryTokens, outbound: Outbound, open_door: Opens
) -> Door:
    """With a card in it for u1, and one for a group."""
    settings = dingtalk_settings(dingtalk.base_url, card_template_id=TEMPLATE)
    parts: dict[str, Any] = {
        "tokens": tokens,
        "marks": MemoryMarks(),
        "rates": FreeRates(),
        "outbound": outbound,
        "clock": dingtalk.now,
    }
    door = await open_door(DingTalkChannel(settings, **parts))
    channel = DingTalkChannel(settings.model_copy(update={"card_callback_url": door.url}), **parts)
    await channel.send(U1, Part("可以退。"), key="r1-0")
    await channel.send(GROUP, Part("可以退。"), key="r2-0")
    return door


@pytest.mark.parametrize(("action", "good", "line"), [("good", True, "评价"), ("bad", False, "改进")])
async def test_what_a_customer_thinks_is_heard_and_thanked_for(
    dingtalk: DingTalkSimulator, door: Door, action: str, good: bool, line: str
) -> None:
    card, _ = dingtalk.cards.all
    await dingtalk.cards.press(card, user="u1", action=action)

    (opinion,) = door.opinions
    assert (str(opinion.conversation), opinion.reply, opinion.good) == ("shop:shop-ding:u1", "r1", good)
    assert card.private["u1"]["opinion"] == action
    assert line in card.private["u1"]["thanks"]


async def test_the_button_for_a_person_asks_for_one_once(dingtalk: DingTalkSimulator, door: Door) -> None:
    card, _ = dingtalk.cards.all
    await dingtalk.cards.press(card, user="u1", action="handoff", copies=3)

    assert [message.text for message in door.messages] == ["转人工"] * 3
    assert len({message.id for message in door.messages}) == 1
    assert str(door.messages[0].conversation) == "shop:shop-ding:u1"


async def test_a_suggested_question_is_asked_and_can_be_answered(
    dingtalk: DingTalkSimulator, dingtalk_channel: DingTalkChannel, door: Door
) -> None:
    card, _ = dingtalk.cards.all
    for text in ("怎么退货", "多久发货"):
        await dingtalk.cards.press(card, user="u1", action="ask", params={"text": text})
    await answer(dingtalk_channel, door.messages[1], "48 小时内。")

    assert [message.text for message in door.messages] == ["怎么退货", "多久发货"]
    assert len({message.id for message in door.messages}) == 2
    assert dingtalk.replies_to("u1")[-1] == "48 小时内。"


@pytest.mark.parametrize("space", ["cid-group==", "dtv1.card//IM_GROUP.cid-group=="])
async def test_in_a_group_whoever_presses_speaks_in_the_group(
    dingtalk: DingTalkSimulator, dingtalk_channel: DingTalkChannel, door: Door, space: str
) -> None:
    _, card = dingtalk.cards.all
    await dingtalk.cards.press(card, user="u2", action="ask", params={"text": "怎么退货"}, spaceId=space)
    await answer(dingtalk_channel, door.messages[0], "七天内。")

    assert str(door.messages[0].conversation) == "shop:shop-ding:cid-group=="
    assert door.messages[0].sender == "u2"
    assert dingtalk.replies_to("cid-group==")[-1] == "七天内。"


async def test_a_card_of_another_conversation_is_not_believed(
    dingtalk: DingTalkSimulator, door: Door
) -> None:
    card, _ = dingtalk.cards.all
    posting = await dingtalk.cards.press(card, user="u2", action="good", spaceId="u2")

    assert posting.accepted
    assert "not this conversation's" in door.ignored[0].reason
    assert card.private["u2"] == {}


async def test_a_stranger_is_turned_away(dingtalk: DingTalkSimulator, door: Door) -> None:
    card, _ = dingtalk.cards.all
    dingtalk.cards.registered[card.route_key]["apiSecret"] = "guessed"
    posting = await dingtalk.cards.press(card, user="u1", action="good")

    assert {attempt.status for attempt in posting.attempts} == {401}
    assert door.opinions == []


async def test_an_old_signature_is_turned_away(dingtalk: DingTalkSimulator, door: Door) -> None:
    card, _ = dingtalk.cards.all
    secret = card_secret(dingtalk.app.client_secret)
    old = str(int((dingtalk.now() - 3601) * 1000))
    headers = {"x-ddpaas-signature-timestamp": old, "x-ddpaas-signature": sign_card(old, secret)}
    posting = await dingtalk.deliver(card.track, "POST", door.url, headers=headers, json=BODY)

    assert not posting.accepted


def test_the_vector_is_signed_as_dingtalk_does() -> None:
    vector = vectors("dingtalk")["card"]

    assert sign_card(vector["timestamp"], vector["secret"]) == vector["sign"]


# Over the stream.


@pytest.fixture
def stream(
    gateway: DingTalkStreamSimulator, tokens: MemoryTokens, outbound: Outbound
) -> DingTalkStreamChannel:
    settings = stream_settings(gateway.base_url, card_template_id=TEMPLATE)
    return DingTalkStreamChannel(
        settings, tokens=tokens, marks=MemoryMarks(), rates=FreeRates(), outbound=outbound, clock=gateway.now
    )


async def a_card(gateway: DingTalkStreamSimulator, stream: DingTalkStreamChannel) -> Card:
    await stream.send(U1, Part("可以退。"), key="r1-0")
    await gateway.wait_for_sockets(1)
    (card,) = gateway.cards.all
    return card


async def test_over_the_stream_buttons_are_heard_the_same(
    gateway: DingTalkStreamSimulator, stream: DingTalkStreamChannel
) -> None:
    async with listening_to(stream) as ear:
        card = await a_card(gateway, stream)
        await gateway.cards.press(card, user="u1", action="bad")
        await gateway.cards.press(card, user="u1", params={"action": "ask", "text": "怎么退货"})

    assert [(opinion.reply, opinion.good) for opinion in ear.opinions] == [("r1", False)]
    assert [message.text for message in ear.messages] == ["怎么退货"]
    assert card.private["u1"]["opinion"] == "bad"


async def test_an_opinion_that_is_not_stored_comes_again(
    gateway: DingTalkStreamSimulator, stream: DingTalkStreamChannel
) -> None:
    async with listening_to(stream) as ear:
        card = await a_card(gateway, stream)
        ear.troubles = [Unavailable("the store is away")]
        posting = await gateway.cards.press(card, user="u1", action="good")

    assert [attempt.status for attempt in posting.attempts] == [0, 200]
    assert len(ear.opinions) == 1


async def test_without_cards_no_buttons_are_subscribed_to(
    gateway: DingTalkStreamSimulator, tokens: MemoryTokens, outbound: Outbound
) -> None:
    channel = DingTalkStreamChannel(
        stream_settings(gateway.base_url),
        tokens=tokens,
        marks=MemoryMarks(),
        rates=FreeRates(),
        outbound=outbound,
        clock=gateway.now,
    )
    async with listening_to(channel):
        (socket,) = await gateway.wait_for_sockets(1)

    assert len(socket.topics) == 1


# Read by itself.


def parse(**changes: Any) -> Message | Opinion | Ignored:
    content = json.dumps({**BODY, **changes}).encode()
    return card_callback.parse(content, TRACKS, tenant="shop", channel="ding", now=NOW)


def test_a_press_without_an_action_of_ours_is_ignored() -> None:
    for content in (None, "", "no JSON", "[]", {}, PRIVATE | {"cardPrivateData": {"actionIds": ["b1", {}]}}):
        assert isinstance(parse(content=content), Ignored)


def test_the_content_may_be_an_object() -> None:
    assert isinstance(parse(content=PRIVATE), Opinion)


def test_a_suggestion_without_words_is_ignored() -> None:
    assert isinstance(
        parse(content={"cardPrivateData": {"actionIds": ["ask"], "params": {"text": " "}}}), Ignored
    )


def test_a_union_id_is_no_address_to_write_to() -> None:
    content = {"cardPrivateData": {"actionIds": ["handoff"]}}
    received = parse(
        outTrackId=TRACKS.make("r1", "cid=="), userId="union", userIdType=2, spaceId="cid==", content=content
    )

    assert isinstance(received, Message)
    assert Route.of(received.address).mention == ""


@pytest.mark.parametrize(
    "track", ["", "r1", "r1-" + "0" * 16, TRACKS.make("r1", "u1") + "0", TRACKS.make("r1", "u2")]
)
def test_an_id_that_we_did_not_make_for_this_customer_is_ignored(track: str) -> None:
    assert isinstance(parse(outTrackId=track), Ignored)


def test_a_track_keeps_within_its_length() -> None:
    assert len(TRACKS.make("a" * 24, "客户" * 100)) <= 64


@pytest.mark.parametrize("field", ["outTrackId", "userId", "spaceId"])
def test_an_endless_id_is_a_bad_request(field: str) -> None:
    with pytest.raises(Rejected):
        parse(**{field: "x" * 257})


KEYS = (
    "outTrackId",
    "userId",
    "userIdType",
    "spaceId",
    "content",
    "cardPrivateData",
    "actionIds",
    "params",
    "text",
)
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=9),
    st.sampled_from(["good", "ask", "\ud800"]),
)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(KEYS), inner)),
    max_leaves=12,
)


@FUZZ
@given(st.dictionaries(st.sampled_from(KEYS[2:]), TREES))
def test_noise_is_read_or_rejected(changes: dict[str, Any]) -> None:
    try:
        received = parse(**changes)
    except Rejected:
        return
    json.dumps(card_callback.update(received)).encode()
    if isinstance(received, Message):
        received.text.encode()


def test_where_nothing_was_thought_the_card_stays_as_it_is() -> None:
    update = card_callback.update(Ignored("a button that means nothing to us"))

    assert update["cardData"] == update["userPrivateData"] == {"cardParamMap": {}}
