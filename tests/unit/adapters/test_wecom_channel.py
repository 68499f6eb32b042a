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
from bot.channel import HttpAnswer, Part, RawRequest
from bot.errors import BadRequest, BadSignature, Refused, Rejected, Unavailable
from bot.types import Address
from bot.wording import DEFAULT_REFUSAL, SUGGESTED
from tests.simulators.cards import labels
from tests.simulators.platform import Trouble
from tests.simulators.seal import seal, sign
from tests.simulators.wecom import SEND_PATH, WeComApp, WeComSimulator
from tests.unit.adapters.conftest import (
    FUZZ,
    SUGGESTIONS,
    MemoryTokens,
    Opens,
    an_app,
    answer,
    reply,
    vectors,
    wecom_settings,
    welcome,
)

APP = WeComApp()
CHANNEL = an_app(wecom_settings(), MemoryTokens(), Outbound())


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

    posting = await wecom.post(door.url, {"MsgType": "event", "Event": "unsubscribe"}, user="u1")

    assert posting.accepted
    assert [i.reason for i in door.ignored] == ["event unsubscribe: nobody is there to be answered"]


async def test_whoever_comes_in_is_greeted_with_buttons(
    wecom: WeComSimulator, wecom_channel: WeComChannel, open_door: Opens
) -> None:
    door = await open_door(wecom_channel)

    posting = await wecom.open_chat(door.url, user="ZhangSan")
    await welcome(wecom_channel, door.greets[0])

    (seen,) = wecom.record.seen_by("zhangsan")
    assert (posting.answer, seen.kind, seen.text) == (b"", "template_card", "您好，欢迎光临。")
    assert labels(seen.body) == SUGGESTIONS


async def test_a_click_on_a_button_is_the_question_however_often_it_is_delivered(
    wecom: WeComSimulator, wecom_channel: WeComChannel, open_door: Opens
) -> None:
    door = await open_door(wecom_channel)
    await wecom.open_chat(door.url, user="ZhangSan")
    await welcome(wecom_channel, door.greets[0])

    await wecom.press(door.url, user="ZhangSan", button="多久发货", copies=3)
    await answer(wecom_channel, door.messages[0], "48 小时内发货。")
    await wecom.press(door.url, user="ZhangSan", button="多久发货")

    assert [message.text for message in door.messages] == ["多久发货"] * 4
    assert len({message.id for message in door.messages}) == 2
    assert wecom.replies_to("zhangsan")[1:] == ["48 小时内发货。"]


async def test_suggestions_stand_on_a_card_behind_a_long_reply(
    wecom: WeComSimulator, wecom_channel: WeComChannel, open_door: Opens
) -> None:
    door = await open_door(wecom_channel)
    await wecom.say(door.url, user="u1", text="能打折吗")

    many = [*SUGGESTIONS, "  ", "多久发货", "长" * 400, "甲", "乙", "丙", "丁", "戊"]
    await answer(wecom_channel, door.messages[0], DEFAULT_REFUSAL, suggestions=many)

    text, card = wecom.record.seen_by("u1")
    assert (text.kind, text.text) == ("text", DEFAULT_REFUSAL)
    assert (card.kind, card.text) == ("template_card", SUGGESTED)
    assert labels(card.body) == [*SUGGESTIONS, "甲", "乙", "丙", "丁"], "six, of those that fit"


async def test_where_wecom_takes_no_card_suggestions_are_lines(
    wecom: WeComSimulator, wecom_channel: WeComChannel, open_door: Opens
) -> None:
    door = await open_door(wecom_channel)
    wecom.takes_cards = False
    await wecom.open_chat(door.url, user="u1")

    await welcome(wecom_channel, door.greets[0])

    assert wecom.replies_to("u1") == ["您好，欢迎光临。\n· 怎么退货\n· 多久发货"]


async def test_whoever_can_not_be_reached_gets_no_lines_either(
    wecom: WeComSimulator, wecom_channel: WeComChannel
) -> None:
    wecom.outsiders.add("ghost")

    with pytest.raises(Refused, match="81013"):
        await wecom_channel.send(Address({"user": "ghost"}), Part("您好", ("怎么退货",)), key="r1-0")


@pytest.mark.parametrize(
    ("text", "kind", "shown"),
    [
        (
            "## 退货\n* **七天**内\n+ [流程](https://a.example/b)",
            "markdown",
            "## 退货\n- **七天**内\n- [流程](https://a.example/b)",
        ),
        ("看图：![尺码表](https://a.example/c.png)", "markdown", "看图：[尺码表](https://a.example/c.png)"),
        ("> 原话\n```\ncode\n```", "markdown", "> 原话\ncode\n"),
        ("七天内可以退，3*4*5 cm。", "text", "七天内可以退，3*4*5 cm。"),
    ],
)
async def test_markdown_is_sent_in_wecoms_dialect_when_the_settings_say_so(
    wecom: WeComSimulator, tokens: MemoryTokens, outbound: Outbound, text: str, kind: str, shown: str
) -> None:
    channel = an_app(wecom_settings(wecom.base_url, markdown=True), tokens, outbound)
    (part,) = channel.render(reply(text, Address({"user": "u1"})))

    await channel.send(Address({"user": "u1"}), part, key="r1-0")

    (seen,) = wecom.record.seen_by("u1")
    assert (seen.kind, seen.text) == (kind, shown.strip())


async def test_long_markdown_is_cut_within_wecoms_bytes(tokens: MemoryTokens, outbound: Outbound) -> None:
    channel = an_app(wecom_settings(markdown=True), tokens, outbound)

    parts = channel.render(reply("**好的**，衣服在七天内可以退换。" * 200, Address({"user": "u1"})))

    assert len(parts) > 1
    assert all(len(part.text.encode()) <= 2048 for part in parts)


async def test_with_the_duplicate_check_an_unclear_try_is_seen_once_and_so_is_an_honest_repeat(
    wecom: WeComSimulator, tokens: MemoryTokens, outbound: Outbound
) -> None:
    channel = an_app(wecom_settings(wecom.base_url, duplicate_check_s=60), tokens, outbound)
    part, address = Part("满 99 元包邮。"), Address({"user": "u1"})
    wecom.trouble(SEND_PATH, Trouble(status=502, body="<html>", done=True))
    with pytest.raises(Unavailable):
        await channel.send(address, part, key="r1-0")

    for key in ("r1-0", "r2-0"):
        await channel.send(address, part, key=key)
    wecom.skip(61)
    await channel.send(address, part, key="r3-0")

    assert wecom.replies_to("u1") == ["满 99 元包邮。"] * 2
    assert all(call.body["duplicate_check_interval"] == 60 for call in wecom.record.calls_to(SEND_PATH))


async def test_a_recording_of_an_old_day_greets_nobody(
    wecom: WeComSimulator, wecom_channel: WeComChannel, open_door: Opens
) -> None:
    door = await open_door(wecom_channel)
    wecom.skip(-25 * 3600)

    await wecom.open_chat(door.url, user="u1")

    assert (door.greets, len(door.ignored)) == ([], 1)


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


FIELDS = ["MsgType", "FromUserName", "CreateTime", "MsgId", "Content", "Event", "Label", "Title", "Odd"]
FIELDS += ["EventKey", "TaskId"]
WORDS = [
    "text",
    "event",
    "image",
    "1700000000",
    "u1",
    "",
    "click",
    "enter_agent",
    "template_card_event",
    "kefu-1",
]
VALUES = st.one_of(st.sampled_from(WORDS), st.text(max_size=40))
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
