"""DingTalk's event subscription over HTTP: sealed events are opened at the door, and answered with a sealed "success"."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.dingtalk import DingTalkChannel
from adapters.dingtalk.events import CODES
from adapters.envelope import BrokenEnvelope, UnprovenEnvelope
from adapters.outbound import Outbound
from bot.channel import RawRequest, Received
from bot.errors import BadRequest, BadSignature, Rejected
from bot.types import Ignored
from tests.fakes import FreeRates
from tests.simulators.dingtalk import DingTalkApp, DingTalkSimulator, EventKeys
from tests.simulators.seal import seal, sign
from tests.unit.adapters.conftest import (
    FUZZ,
    Door,
    MemoryMarks,
    MemoryTokens,
    Opens,
    dingtalk_settings,
    vectors,
)

VECTORS = vectors("dingtalk")
APP = DingTalkApp()
KEYS = EventKeys()
SUBSCRIBED = {"token": KEYS.token, "encoding_aes_key": KEYS.encoding_aes_key}


def a_channel(**changes: Any) -> DingTalkChannel:
    return DingTalkChannel(
        dingtalk_settings(**{**SUBSCRIBED, **changes}),
        tokens=MemoryTokens(),
        marks=MemoryMarks(),
        rates=FreeRates(),
        outbound=Outbound(),
        clock=lambda: 1_700_000_000.0,
    )


CHANNEL = a_channel()


@pytest.fixture
async def door(open_door: Opens) -> Door:
    return await open_door(CHANNEL)


def receive(vector: dict[str, Any], name: str = "signature", channel: DingTalkChannel = CHANNEL) -> Received:
    """What the door makes of a vector; the negative ones share the time and the nonce of the first."""
    first = VECTORS["positive"][0]
    query = {
        name: vector["signature"],
        "timestamp": vector.get("timestamp", first["timestamp"]),
        "nonce": vector.get("nonce", first["nonce"]),
    }
    body = json.dumps({"encrypt": vector["encrypted"]}).encode()
    return channel.receive(RawRequest("POST", "/callbacks/shop-ding", query, {}, body))


@pytest.mark.parametrize("name", ["signature", "msg_signature"])
@pytest.mark.parametrize(("number", "event"), [(0, "check_url"), (1, "bot_test")])
def test_the_vectors_are_taken_at_the_door(number: int, event: str, name: str) -> None:
    received = receive(VECTORS["positive"][number], name)

    assert isinstance(received, Ignored)
    assert event in received.reason


@pytest.mark.parametrize("vector", VECTORS["negative"], ids=lambda vector: vector["name"])
def test_the_bad_vectors_are_refused_at_the_door(vector: dict[str, Any]) -> None:
    with pytest.raises((UnprovenEnvelope, BrokenEnvelope)) as caught:
        receive(vector)

    assert getattr(caught.value, "code", None) == vector["code"]
    assert vector["code"] in CODES.values()


@pytest.mark.parametrize("event", ["check_url", "robot_msg_recall", "robot_msg_read", "chat_add_member"])
async def test_an_event_is_taken_with_a_sealed_success(
    dingtalk: DingTalkSimulator, door: Door, event: str
) -> None:
    posting = await dingtalk.push_event(door.url, {"EventType": event, "RobotCode": APP.robot_code})

    assert [attempt.status for attempt in posting.attempts] == [200]
    assert event in door.ignored[0].reason


async def test_an_event_that_comes_twice_is_answered_twice(dingtalk: DingTalkSimulator, door: Door) -> None:
    posting = await dingtalk.push_event(door.url, {"EventType": "check_url"}, copies=2)

    assert posting.accepted
    assert posting.attempts[0].body != posting.attempts[1].body, "each has a nonce of its own"


async def test_messages_still_come_by_the_same_address(dingtalk: DingTalkSimulator, open_door: Opens) -> None:
    door = await open_door(_at_home(dingtalk))
    posting = await dingtalk.say(door.url, user="u1", text="在吗")

    assert json.loads(posting.answer) == {"msgtype": "empty"}
    assert door.messages[0].text == "在吗"


async def test_a_message_that_is_sealed_is_a_message(dingtalk: DingTalkSimulator, open_door: Opens) -> None:
    door = await open_door(_at_home(dingtalk))
    posting = await dingtalk.push_event(door.url, dingtalk.message(user="u1", text={"content": "在吗"}))

    assert posting.accepted
    assert door.messages[0].text == "在吗"


async def test_a_stranger_is_turned_away(door: Door) -> None:
    async with DingTalkSimulator(retries=0) as stranger:
        stranger.event_keys = EventKeys(token="guessed")
        posting = await stranger.push_event(door.url, {"EventType": "check_url"})

    assert [attempt.status for attempt in posting.attempts] == [401]


def test_events_that_nobody_subscribed_to_are_refused_with_the_mend() -> None:
    with pytest.raises(BadSignature, match="write token and encoding_aes_key"):
        receive(VECTORS["positive"][0], channel=a_channel(token=None, encoding_aes_key=None))


@pytest.mark.parametrize("body", [b"", b"{}", b'{"encrypt": 7}', b'{"encrypt": null}', b"[]"])
def test_a_push_without_its_body_is_a_bad_request(body: bytes) -> None:
    with pytest.raises(BadRequest):
        CHANNEL.receive(RawRequest("POST", "/", {"signature": "s"}, {}, body))


@FUZZ
@given(
    st.one_of(
        st.binary(max_size=100),
        st.dictionaries(st.text(), st.text()).map(lambda one: json.dumps(one).encode()),
    )
)
def test_sealed_noise_is_ignored_or_rejected(message: bytes) -> None:
    encrypted = seal(message, aes_key=KEYS.encoding_aes_key, owner=APP.client_id)
    query = {"signature": sign(KEYS.token, "1", "2", encrypted), "timestamp": "1", "nonce": "2"}
    body = json.dumps({"encrypt": encrypted}).encode()
    try:
        received = CHANNEL.receive(RawRequest("POST", "/", query, {}, body))
    except Rejected:
        return
    assert isinstance(received, Ignored)


def _at_home(dingtalk: DingTalkSimulator) -> DingTalkChannel:
    """With the simulator's own clock, as messages are signed for an hour."""
    return DingTalkChannel(
        dingtalk_settings(**SUBSCRIBED),
        tokens=MemoryTokens(),
        marks=MemoryMarks(),
        rates=FreeRates(),
        outbound=Outbound(),
        clock=dingtalk.now,
    )
