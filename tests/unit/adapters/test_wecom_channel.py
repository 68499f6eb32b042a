"""WeCom's door, from a customer's message to the reply on their screen."""

from __future__ import annotations

import asyncio
import time
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.outbound import Outbound
from adapters.wecom import WeComChannel
from bot.channel import HttpAnswer, RawRequest
from bot.errors import BadRequest, BadSignature, Rejected
from bot.types import Address
from tests.simulators.platform import Trouble
from tests.simulators.seal import seal, sign
from tests.simulators.wecom import SEND_PATH, WeComApp, WeComSimulator
from tests.unit.adapters.conftest import FUZZ, MemoryTokens, Opens, answer, reply, vectors, wecom_settings

APP = WeComApp()
CHANNEL = WeComChannel(wecom_settings(), tokens=MemoryTokens(), outbound=Outbound(), clock=time.time)


async def test_a_question_is_answered(
    wecom: WeComSimulator, wecom_channel: WeComChannel, open_door: Opens
) -> None:
    door = await open_door(wecom_channel)

    posting = await wecom.say(door.url, user="ZhangSan", text="我昨天买的<裙子>]]> & 能退吗？")
    await answer(wecom_channel, door.messages[0], "**可以**退，7 天内。")

    assert (posting.accepted, posting.answer) == (True, b"")
    assert door.messages[0].text == "我昨天买的<裙子>]]> & 能退吗？"
    assert wecom.replies_to("zhangsan") == ["可以退，7 天内。"]


async def test_wecom_finds_that_the_address_is_ours(
    wecom: WeComSimulator, wecom_channel: WeComChannel, open_door: Opens
) -> None:
    door = await open_door(wecom_channel)

    assert all([await wecom.verify(door.url) for _ in range(10)])


async def test_a_repeated_delivery_bears_the_same_id(
    wecom: WeComSimulator, wecom_channel: WeComChannel, open_door: Opens
) -> None:
    door = await open_door(wecom_channel)

    await wecom.say(door.url, user="u1", text="在吗", copies=3)

    assert len({message.id for message in door.messages}) == 1
    assert len(door.messages) == 3


async def test_an_event_is_taken_and_ignored(
    wecom: WeComSimulator, wecom_channel: WeComChannel, open_door: Opens
) -> None:
    door = await open_door(wecom_channel)

    posting = await wecom.post(door.url, {"MsgType": "event", "Event": "enter_agent"}, user="u1")

    assert posting.accepted
    assert [ignored.reason for ignored in door.ignored] == ["event enter_agent"]


async def test_a_long_answer_arrives_whole_and_in_order(
    wecom: WeComSimulator, wecom_channel: WeComChannel, open_door: Opens
) -> None:
    door = await open_door(wecom_channel)
    text = "".join(f"第{number}条：衣服在七天内可以退换，运费由我们承担。" for number in range(120))

    await wecom.say(door.url, user="u1", text="规则")
    await answer(wecom_channel, door.messages[0], text)

    seen = wecom.replies_to("u1")
    assert "".join(seen) == text
    assert all(len(part.encode()) <= 2048 and part.endswith("。") for part in seen)


async def test_the_same_answer_to_a_second_question_is_not_swallowed(
    wecom: WeComSimulator, wecom_channel: WeComChannel, open_door: Opens
) -> None:
    door = await open_door(wecom_channel)
    await wecom.say(door.url, user="u1", text="运费多少")
    await wecom.say(door.url, user="u1", text="邮费呢")

    for message in door.messages:
        await answer(wecom_channel, message, "满 99 元包邮。")

    assert wecom.replies_to("u1") == ["满 99 元包邮。"] * 2
    assert all("enable_duplicate_check" not in call.body for call in wecom.record.calls_to(SEND_PATH))


async def test_a_receipt_bears_wecoms_id(wecom: WeComSimulator, wecom_channel: WeComChannel) -> None:
    wecom.trouble(SEND_PATH, Trouble(body={"errcode": 0, "errmsg": "ok", "msgid": "m-1"}))
    part = wecom_channel.render(reply("好的", Address({"user": "u1"})))[0]

    receipt = await wecom_channel.send(Address({"user": "u1"}), part, key="r1.0")

    assert receipt.platform_id == "m-1"
    assert receipt.accepted_at == pytest.approx(time.time(), abs=5)


async def test_a_stranger_is_turned_away(
    wecom: WeComSimulator, wecom_channel: WeComChannel, open_door: Opens
) -> None:
    door = await open_door(wecom_channel)
    async with WeComSimulator(WeComApp(token="AnotherToken0001"), retries=0) as stranger:
        posting = await stranger.say(door.url, user="u1", text="hi")

    assert [attempt.status for attempt in posting.attempts] == [401]
    assert door.messages == []


def test_a_reply_is_rendered_the_same_each_time() -> None:
    long = reply("好" * 3000, Address({"user": "u1"}))

    assert CHANNEL.render(long) == CHANNEL.render(long)


async def test_ping_and_close(wecom_channel: WeComChannel) -> None:
    await wecom_channel.ping()
    await wecom_channel.close()

    assert wecom_channel.name == "shop-wecom"


def _callback(inner: bytes) -> RawRequest:
    """A genuine callback with whatever inside."""
    encrypted = seal(inner, aes_key=APP.encoding_aes_key, owner=APP.corp_id)
    query = {
        "msg_signature": sign(APP.token, "1", "2", encrypted),
        "timestamp": "1",
        "nonce": "2",
    }
    body = f"<xml><Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>".encode()
    return RawRequest("POST", "/callbacks/shop-wecom", query, {}, body)


def _receives_or_rejects(request: RawRequest) -> None:
    try:
        received = CHANNEL.receive(request)
    except Rejected:
        return
    if not isinstance(received, HttpAnswer):
        asyncio.run(CHANNEL.acknowledge(received, request))


FIELDS = ("MsgType", "FromUserName", "CreateTime", "MsgId", "Content", "Event", "Label", "Title", "Odd")
VALUES = st.one_of(st.sampled_from(["text", "event", "image", "1700000000", "u1", ""]), st.text(max_size=40))
TREES = st.lists(st.tuples(st.sampled_from(FIELDS), VALUES), max_size=9).map(
    lambda fields: "<xml>" + "".join(f"<{name}>{escape(value)}</{name}>" for name, value in fields) + "</xml>"
)


@FUZZ
@given(
    st.sampled_from(["GET", "POST", "HEAD", "PUT"]),
    st.dictionaries(st.sampled_from(["msg_signature", "timestamp", "nonce", "echostr"]), st.text()),
    st.one_of(st.binary(), TREES.map(str.encode)),
)
def test_noise_is_rejected(method: str, query: dict[str, str], body: bytes) -> None:
    with pytest.raises(Rejected):
        CHANNEL.receive(RawRequest(method, "/callbacks/shop-wecom", query, {}, body))


@FUZZ
@given(st.one_of(st.binary(max_size=200), TREES.map(lambda text: text.encode(errors="replace"))))
def test_genuine_noise_is_received_or_rejected(inner: bytes) -> None:
    _receives_or_rejects(_callback(inner))


V2 = next(vector for vector in vectors("wecom")["positive"] if vector["name"] == "V2")


@FUZZ
@given(st.data())
def test_a_mutated_message_is_received_or_rejected(data: st.DataObject) -> None:
    inner = bytearray(V2["message"].encode())
    for _ in range(data.draw(st.integers(1, 8))):
        inner[data.draw(st.integers(0, len(inner) - 1))] = data.draw(st.integers(0, 255))

    _receives_or_rejects(_callback(bytes(inner)))


def test_what_lacks_a_signature_is_no_callback() -> None:
    with pytest.raises(BadSignature):
        CHANNEL.receive(RawRequest("GET", "/", {}, {}, b""))
    with pytest.raises(BadRequest):
        CHANNEL.receive(RawRequest("PUT", "/", {}, {}, b""))


def test_a_deep_tree_of_xml_harms_nobody() -> None:
    _receives_or_rejects(_callback(b"<xml>" + b"<a>" * 30_000))
    _receives_or_rejects(_callback(b"<xml>" + b"<a>" * 30_000 + b"</a>" * 30_000 + b"</xml>"))
