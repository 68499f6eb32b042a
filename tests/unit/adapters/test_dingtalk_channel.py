"""DingTalk's door, from a customer's message to the reply on their screen."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from adapters.dingtalk import DingTalkChannel
from adapters.dingtalk.signature import sign
from adapters.outbound import Outbound, Unclear, Unsent
from bot.channel import HttpAnswer, RawRequest
from bot.errors import BadRequest, BadSignature, Refused, Rejected
from tests.fakes import FreeRates
from tests.simulators.dingtalk import GROUP_PATH, SESSION_PATH, USER_PATH, DingTalkApp, DingTalkSimulator
from tests.simulators.platform import Trouble
from tests.unit.adapters.conftest import (
    FUZZ,
    Door,
    MemoryMarks,
    MemoryTokens,
    Opens,
    answer,
    dingtalk_settings,
)

NOW = 1_700_000_000.0
SECRET = DingTalkApp().client_secret
CHANNEL = DingTalkChannel(
    dingtalk_settings(),
    tokens=MemoryTokens(),
    marks=MemoryMarks(),
    rates=FreeRates(),
    outbound=Outbound(),
    clock=lambda: NOW,
)
OUTSIDER: dict[str, Any] = {"senderStaffId": None}


@pytest.fixture
async def door(dingtalk_channel: DingTalkChannel, open_door: Opens) -> Door:
    return await open_door(dingtalk_channel)


def ways(dingtalk: DingTalkSimulator) -> list[str]:
    """The paths by which replies came."""
    return [seen.via for seen in dingtalk.record.seen]


async def test_a_question_is_answered_in_its_session(
    dingtalk: DingTalkSimulator, dingtalk_channel: DingTalkChannel, door: Door
) -> None:
    posting = await dingtalk.say(door.url, user="u1", text="我昨天买的裙子能退吗？")
    await answer(dingtalk_channel, door.messages[0], "**可以**退，7 天内。")

    assert json.loads(posting.answer) == {"msgtype": "empty"}
    assert door.messages[0].text == "我昨天买的裙子能退吗？"
    assert dingtalk.replies_to("u1") == ["**可以**退，7 天内。"]
    assert ways(dingtalk) == [SESSION_PATH]


async def test_in_a_group_the_asker_is_mentioned(
    dingtalk: DingTalkSimulator, dingtalk_channel: DingTalkChannel, door: Door
) -> None:
    await dingtalk.say(door.url, user="u1", text="几点开门", group="cid-group==")
    await answer(dingtalk_channel, door.messages[0], "九点。" + "长" * 2000)

    first, second = dingtalk.record.seen_by("cid-group==")
    assert door.messages[0].text == "几点开门"
    assert first.text.startswith("@u1 九点。")
    assert first.body["at"] == {"atUserIds": ["u1"], "isAtAll": False}
    assert "at" not in second.body


async def test_nobody_outside_the_corp_is_mentioned(
    dingtalk: DingTalkSimulator, dingtalk_channel: DingTalkChannel, door: Door
) -> None:
    await dingtalk.say(door.url, user="u1", text="几点开门", group="cid-group==", **OUTSIDER)
    await answer(dingtalk_channel, door.messages[0], "九点。")

    assert dingtalk.record.seen[0].text == "九点。"
    assert "at" not in dingtalk.record.seen[0].body


async def test_a_session_that_ended_early_is_left_for_the_openapi(
    dingtalk: DingTalkSimulator, dingtalk_channel: DingTalkChannel, door: Door
) -> None:
    await dingtalk.say(door.url, user="u1", text="在吗")
    await dingtalk.say(door.url, user="u2", text="在吗", group="cid-group==")
    dingtalk.end_sessions()

    for message in door.messages:
        await answer(dingtalk_channel, message, "在的。")

    assert dingtalk.replies_to("u1") == dingtalk.replies_to("cid-group==") == ["在的。"]
    assert ways(dingtalk) == [USER_PATH, GROUP_PATH]


async def test_a_session_in_its_last_minutes_is_not_tried(
    dingtalk: DingTalkSimulator, dingtalk_channel: DingTalkChannel, door: Door
) -> None:
    dingtalk.session_life = 299
    await dingtalk.say(door.url, user="u1", text="在吗")

    await answer(dingtalk_channel, door.messages[0], "在的。")

    assert ways(dingtalk) == [USER_PATH]


async def test_who_has_no_staff_id_is_answered_to_the_last_minute(
    dingtalk: DingTalkSimulator, dingtalk_channel: DingTalkChannel, door: Door
) -> None:
    dingtalk.session_life = 60
    await dingtalk.say(door.url, user="u1", text="在吗", **OUTSIDER)

    await answer(dingtalk_channel, door.messages[0], "在的。")

    assert dingtalk.replies_to("u1") == ["在的。"]


async def test_without_a_session_and_a_staff_id_no_way_is_left(
    dingtalk: DingTalkSimulator, dingtalk_channel: DingTalkChannel, door: Door
) -> None:
    await dingtalk.say(door.url, user="u1", text="在吗", **OUTSIDER)
    dingtalk.end_sessions()

    with pytest.raises(Refused):
        await answer(dingtalk_channel, door.messages[0], "在的。")


async def test_a_webhook_into_our_own_network_is_not_called(
    dingtalk: DingTalkSimulator, dingtalk_channel: DingTalkChannel, door: Door
) -> None:
    """The signature does not cover the body, so whoever caught one could name any address."""
    async with DingTalkSimulator(host="127.0.0.2") as inner:
        await dingtalk.say(door.url, user="u1", text="在吗", sessionWebhook=f"{inner.base_url}/robot")
        await answer(dingtalk_channel, door.messages[0], "在的。")

        assert inner.record.calls == []
    assert ways(dingtalk) == [USER_PATH]


async def test_a_slow_webhook_is_unclear_and_a_dead_one_surely_not_sent(
    dingtalk: DingTalkSimulator,
    dingtalk_channel: DingTalkChannel,
    door: Door,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("adapters.dingtalk.client.SEND_TIMEOUT_S", 0.2)
    await dingtalk.say(door.url, user="u1", text="在吗")
    await dingtalk.say(door.url, user="u1", text="在吗", sessionWebhook="http://127.0.0.1:1/robot")
    slow, dead = door.messages
    dingtalk.trouble(SESSION_PATH, Trouble(delay=0.5))

    with pytest.raises(Unclear):
        await answer(dingtalk_channel, slow, "在的。")
    with pytest.raises(Unsent):
        await answer(dingtalk_channel, dead, "在的。")


async def test_a_long_answer_arrives_whole_and_in_order(
    dingtalk: DingTalkSimulator, dingtalk_channel: DingTalkChannel, door: Door
) -> None:
    text = "".join(f"第{number}条：衣服在七天内可以退换。" for number in range(300))
    await dingtalk.say(door.url, user="u1", text="规则")

    await answer(dingtalk_channel, door.messages[0], text)

    seen = dingtalk.replies_to("u1")
    assert "".join(seen) == text
    assert len(seen) == 3
    assert all(part.endswith("。") for part in seen)


async def test_a_repeated_delivery_bears_the_same_id(dingtalk: DingTalkSimulator, door: Door) -> None:
    await dingtalk.say(door.url, user="u1", text="在吗", copies=3)

    assert len(door.messages) == 3
    assert len({message.id for message in door.messages}) == 1


async def test_a_message_that_the_quota_kept_back_is_taken_and_the_operator_told(
    dingtalk: DingTalkSimulator, door: Door
) -> None:
    before = kept_back()
    with capture_logs() as logs:
        posting = await dingtalk.post(door.url, {"errorCode": "20001", "errorMessage": "quota"})

    assert posting.accepted
    assert "20001" in door.ignored[0].reason
    assert kept_back() == before + 1
    assert [(line["event"], line["log_level"]) for line in logs] == [("dingtalk_quota_used_up", "error")]


def kept_back() -> float:
    """As `/metrics` tells it."""
    labels = {"channel": "shop-ding"}
    return REGISTRY.get_sample_value("kefu_platform_quota_used_up_total", labels) or 0.0


async def test_a_stranger_is_turned_away(door: Door) -> None:
    async with DingTalkSimulator(DingTalkApp(client_secret="guessed"), retries=0) as stranger:
        posting = await stranger.say(door.url, user="u1", text="hi")

    assert [attempt.status for attempt in posting.attempts] == [401]
    assert door.messages == []


async def test_ping_and_close(dingtalk_channel: DingTalkChannel) -> None:
    await dingtalk_channel.ping()
    await dingtalk_channel.close()

    assert dingtalk_channel.name == "shop-ding"


def _callback(body: bytes, method: str = "POST") -> RawRequest:
    """A genuine callback with whatever inside."""
    timestamp = str(int(NOW * 1000))
    headers = {"timestamp": timestamp, "sign": sign(timestamp, SECRET)}
    return RawRequest(method, "/callbacks/shop-ding", {}, headers, body)


def _receives_or_rejects(request: RawRequest) -> None:
    try:
        received = CHANNEL.receive(request)
    except Rejected:
        return
    assert not isinstance(received, HttpAnswer)
    asyncio.run(CHANNEL.acknowledge(received, request))


KEYS = (
    "msgId",
    "msgtype",
    "text",
    "content",
    "richText",
    "recognition",
    "createAt",
    "conversationType",
    "conversationId",
    "senderId",
    "senderStaffId",
    "sessionWebhook",
    "sessionWebhookExpiredTime",
    "errorCode",
    "repliedMsg",
)
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from(["text", "richText", "audio", "picture", "1", "2", "\ud800"]),
)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.sampled_from(KEYS), inner)),
    max_leaves=20,
)
BODIES = st.dictionaries(st.sampled_from(KEYS), TREES)


@FUZZ
@given(st.dictionaries(st.sampled_from(["timestamp", "sign"]), st.text()), st.binary())
def test_noise_is_rejected(headers: dict[str, str], body: bytes) -> None:
    with pytest.raises(Rejected):
        CHANNEL.receive(RawRequest("POST", "/callbacks/shop-ding", {}, headers, body))


@FUZZ
@given(st.one_of(st.binary(max_size=200), BODIES.map(lambda body: json.dumps(body).encode())))
def test_genuine_noise_is_received_or_rejected(body: bytes) -> None:
    _receives_or_rejects(_callback(body))


MESSAGE = json.dumps(DingTalkSimulator().message(user="u1", text={"content": "能退吗"})).encode()


@FUZZ
@given(st.data())
def test_a_mutated_message_is_received_or_rejected(data: st.DataObject) -> None:
    body = bytearray(MESSAGE)
    for _ in range(data.draw(st.integers(1, 8))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))

    _receives_or_rejects(_callback(bytes(body)))


def test_only_post_is_taken_and_only_signed() -> None:
    with pytest.raises(BadRequest):
        CHANNEL.receive(_callback(MESSAGE, method="GET"))
    with pytest.raises(BadSignature):
        CHANNEL.receive(RawRequest("GET", "/", {}, {}, b""))
