"""What each kind of callback of WeCom's bot becomes."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.wecom_bot import payload
from adapters.wecom_bot.payload import Entered
from bot.channel import Query
from bot.errors import BadRequest, Rejected
from bot.types import Ignored, Message
from tests.unit.adapters.conftest import FUZZ, vectors

NOW = 1_700_000_000.0
V3 = next(vector for vector in vectors("wecom")["positive"] if vector["name"] == "V3")
URL = "https://qyapi.weixin.qq.com/cgi-bin/aibot/response?response_code=RC01"
HEAD: dict[str, Any] = {
    "msgid": "m/1==",
    "aibotid": "AIBOTID01",
    "chattype": "single",
    "from": {"userid": "ZhangSan"},
    "response_url": URL,
}
GROUP = {"chattype": "group", "chatid": "wrGroup01"}
PICTURE = {"msgtype": "image", "image": {"url": "https://p/1"}}
MESSAGES: dict[str, tuple[dict[str, Any], str, str]] = {
    "text": ({"text": {"content": " 能退吗？😀 "}}, "text", "能退吗？😀"),
    "mixed": (
        {
            "mixed": {
                "msg_item": [
                    {"msgtype": "text", "text": {"content": "这件"}},
                    PICTURE,
                    {"msgtype": "text", "text": {"content": "能退吗"}},
                ]
            }
        },
        "text",
        "这件\n能退吗",
    ),
    "image": ({"image": {"url": "https://p/1"}}, "image", ""),
    "file": ({"file": {"url": "https://p/1"}}, "file", ""),
    "video": ({"video": {"url": "https://p/1"}}, "video", ""),
    "voice": ({"voice": {"content": "能退吗"}}, "voice", "能退吗"),
}


def parse(body: object) -> Message | Ignored | Query | Entered:
    return payload.parse(json.dumps(body).encode(), tenant="shop", channel="shop-bot", now=NOW)


def message(kind: str = "text", **fields: Any) -> Message:
    received = parse({**HEAD, "msgtype": kind, **({"text": {"content": "在吗"}} | fields)})
    assert isinstance(received, Message)
    return received


@pytest.mark.parametrize("kind", MESSAGES)
def test_a_message_is_read_by_its_type(kind: str) -> None:
    fields, became, text = MESSAGES[kind]

    received = message(kind, **fields)

    assert (received.id, received.kind, received.text) == ("m/1==", became, text)
    assert (received.sent_at, received.address.expires_at) == (NOW, NOW + 3600)


def test_wecoms_own_example_is_read() -> None:
    received = payload.parse(V3["message"].encode(), tenant="shop", channel="shop-bot", now=NOW)

    assert isinstance(received, Message)
    assert (received.id, received.text, received.sender) == ("CAIQ16HMjQYY0001", "你好", "zhangsan")
    assert payload.response_url(received.address) == URL


def test_a_picture_without_words_is_a_picture() -> None:
    received = message("mixed", mixed={"msg_item": [PICTURE, PICTURE, None, 3]})

    assert (received.kind, received.text) == ("image", "")


def test_a_userid_is_one_customer_however_it_is_written() -> None:
    assert str(message().conversation) == "shop:shop-bot:zhangsan"
    assert message().sender == "zhangsan"


@pytest.mark.parametrize("space", [" ", "\u2005", "\n"])
def test_a_group_is_one_conversation_and_the_bots_name_is_no_question(space: str) -> None:
    received = message(**GROUP, text={"content": f"@客服小禾{space}怎么退货"})

    assert str(received.conversation) == "shop:shop-bot:wrGroup01"
    assert (received.sender, received.text) == ("zhangsan", "怎么退货")


def test_a_name_alone_needs_no_answer() -> None:
    body = {**HEAD, **GROUP, "msgtype": "text", "text": {"content": "@客服小禾 "}}

    assert parse(body) == Ignored("a text without words")


def test_one_to_one_an_at_sign_is_part_of_the_question() -> None:
    assert message(text={"content": "@abc 是谁"}).text == "@abc 是谁"


def test_a_quote_is_passed_over() -> None:
    quote = {"msgtype": "text", "text": {"content": "以前的话"}}

    assert message(quote=quote).text == "在吗"


def test_a_repeated_message_names_the_same_stream_and_another_one_does_not() -> None:
    first, again, other = message(), message(response_url=f"{URL}2"), message(msgid="m2")

    assert payload.stream(first.address) == payload.stream(again.address)
    assert payload.stream(first.address) != payload.stream(other.address)
    assert len(payload.stream(first.address)) == 64


def test_a_poll_asks_for_its_stream() -> None:
    assert parse({**HEAD, "msgtype": "stream", "stream": {"id": "abc"}}) == Query("abc")


def test_events_are_a_greeting_or_ignored_by_name() -> None:
    kinds = ["enter_chat", "template_card_event", "feedback_event", "of next year"]
    events = [parse({**HEAD, "msgtype": "event", "event": {"eventtype": kind}}) for kind in kinds]

    assert events == [
        Entered(),
        Ignored("event template_card_event"),
        Ignored("event feedback_event"),
        Ignored("event without a name"),
    ]


def test_an_unknown_type_is_ignored_and_not_repeated_in_the_log() -> None:
    assert parse({**HEAD, "msgtype": "hologram"}) == Ignored("unknown type hologram")
    assert parse({**HEAD, "msgtype": "holo gram 138"}) == Ignored("unknown type without a name")


TEXT = {**HEAD, "msgtype": "text", "text": {"content": "在吗"}}
BROKEN: dict[str, object] = {
    "no object": [1],
    "no msgid": {**TEXT, "msgid": None},
    "an endless msgid": {**TEXT, "msgid": "9" * 257},
    "nobody": {**TEXT, "from": {}},
    "a group without an id": {**TEXT, "chattype": "group"},
    "a poll without an id": {**HEAD, "msgtype": "stream"},
}


@pytest.mark.parametrize("fault", BROKEN)
def test_what_is_broken_is_a_bad_request(fault: str) -> None:
    with pytest.raises(BadRequest):
        parse(BROKEN[fault])


def test_the_sealed_text_is_found_under_both_names() -> None:
    assert (
        payload.encrypted(b'{"encrypt": "a+b/c="}') == payload.encrypted(b'{"Encrypt": "a+b/c="}') == "a+b/c="
    )
    with pytest.raises(BadRequest):
        payload.encrypted(b'{"encrypt": 3}')


def test_an_endless_address_is_none() -> None:
    assert payload.response_url(message(response_url="https://" + "a" * 2048).address) == ""


LEAVES = st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=20), st.just("text"))
TREES = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner))
KINDS = st.sampled_from(["text", "mixed", "voice", "image", "stream", "event", "odd"])
BODIES = st.fixed_dictionaries(
    {"msgtype": KINDS},
    optional={
        **dict.fromkeys((*HEAD, "chatid"), TREES),
        **dict.fromkeys(("text", "mixed", "voice", "stream", "event", "quote"), TREES),
        "chattype": st.sampled_from(["single", "group"]),
    },
)


@FUZZ
@given(st.one_of(st.binary(max_size=200), BODIES.map(lambda body: json.dumps(body).encode())))
def test_noise_is_read_or_rejected(content: bytes) -> None:
    with suppress(Rejected):
        payload.parse(content, tenant="shop", channel="shop-bot", now=NOW)


@FUZZ
@given(st.data())
def test_a_mutated_message_is_read_or_rejected(data: st.DataObject) -> None:
    content = bytearray(V3["message"].encode())
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))

    with suppress(Rejected):
        received = payload.parse(bytes(content), tenant="shop", channel="shop-bot", now=NOW)
        if isinstance(received, Message):
            f"{received.conversation} {received.id} {received.text}".encode()
