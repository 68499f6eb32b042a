"""What each kind of callback of WeCom's bot becomes."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.wecom_bot import payload
from bot.channel import Entered, Query
from bot.errors import BadRequest, Rejected
from bot.types import Conversation, Ignored, Message, Opinion
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


def parse(body: object) -> Message | Opinion | Ignored | Query | Entered:
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


@pytest.mark.parametrize(
    ("quote", "text"),
    [
        ({"msgtype": "text", "text": {"content": "亚麻裙 \n 198 元"}}, "「亚麻裙 198 元」\n在吗"),
        ({"msgtype": "voice", "voice": {"content": "能退吗"}}, "「能退吗」\n在吗"),
        ({"msgtype": "mixed", "mixed": MESSAGES["mixed"][0]["mixed"]}, "「这件 能退吗」\n在吗"),
        ({"msgtype": "image", "image": {"url": "https://p/1"}}, "在吗"),
        ({"msgtype": "file", "file": {"url": "https://p/1"}}, "在吗"),
        ({"msgtype": "video", "video": {"url": "https://p/1"}}, "在吗"),
        ({"msgtype": "hologram"}, "在吗"),
        ("none", "在吗"),
    ],
)
def test_a_line_that_is_quoted_stands_before_the_question(quote: object, text: str) -> None:
    assert message(quote=quote).text == text


def test_a_picture_that_quotes_a_line_is_still_a_picture_without_words() -> None:
    quote = {"msgtype": "text", "text": {"content": "亚麻裙"}}

    assert message("image", image={"url": "https://p/1"}, quote=quote).text == ""


def test_a_repeated_message_names_the_same_stream_and_another_one_does_not() -> None:
    first, again, other = message(), message(response_url=f"{URL}2"), message(msgid="m2")

    assert payload.stream(first.address) == payload.stream(again.address)
    assert payload.stream(first.address) != payload.stream(other.address)
    assert len(payload.stream(first.address)) == 64


def test_a_poll_asks_for_its_stream() -> None:
    assert parse({**HEAD, "msgtype": "stream", "stream": {"id": "abc"}}) == Query("abc")


def event(kind: str, **fields: Any) -> Message | Opinion | Ignored | Query | Entered:
    return parse({**HEAD, "msgtype": "event", "event": {"eventtype": kind, kind: fields}})


def test_who_opens_the_chat_has_come_in() -> None:
    assert event("enter_chat") == Entered(Conversation("shop", "shop-bot", "zhangsan"), "m/1==")


def test_an_event_of_next_year_is_ignored_by_name() -> None:
    assert event("teleported") == Ignored("event teleported: not known")
    assert event("of next year") == Ignored("event without a name: not known")


def ticked(*options: object) -> dict[str, Any]:
    item = {"question_key": "q", "option_ids": {"option_id": [*options]}}
    return {"event_key": "submit", "selected_items": {"selected_item": [item]}}


@pytest.mark.parametrize(
    ("card", "text"),
    [
        ({"event_key": "怎么退货"}, "怎么退货"),
        (ticked("多久发货"), "多久发货"),
        (ticked("怎么退货", 3, "多久发货"), "怎么退货\n多久发货"),
        ({"event_key": "怎么退货", "selected_items": {"selected_item": [None, 3, {}]}}, "怎么退货"),
    ],
)
def test_a_click_on_a_card_asks_what_was_picked_and_opens_no_stream(card: dict[str, Any], text: str) -> None:
    received = event("template_card_event", task_id="kefu-r1-0", **card)

    assert isinstance(received, Message)
    assert (received.id, received.text, received.kind) == ("m/1==", text, "text")
    assert (payload.stream(received.address), payload.response_url(received.address)) == ("", URL)


@pytest.mark.parametrize("card", [{"event_key": "agree", "task_id": "approval-1"}, {"task_id": "kefu-1"}, {}])
def test_a_card_of_somebody_else_is_left_to_them(card: dict[str, Any]) -> None:
    assert event("template_card_event", **card) == Ignored(
        "event template_card_event: of a card that is not ours"
    )


REPLY = "0123456789abcdef01234567"


@pytest.mark.parametrize(
    ("feedback", "good", "words"),
    [
        ({"type": 1}, True, ""),
        (
            {"type": 2, "content": " 不对 ", "inaccurate_reason_list": [2, 4]},
            False,
            "不对; WeCom's reasons 2, 4",
        ),
        ({"type": 2, "inaccurate_reason_list": [1, None, "x", True]}, False, "WeCom's reasons 1"),
        ({"type": 2, "content": "长" * 5000}, False, "长" * 1000),
    ],
)
def test_feedback_is_an_opinion_on_the_reply_that_it_names(
    feedback: dict[str, Any], good: bool, words: str
) -> None:
    zhangsan = Conversation("shop", "shop-bot", "zhangsan")

    assert event("feedback_event", id=REPLY, **feedback) == Opinion(zhangsan, REPLY, good, NOW, words)


def test_an_opinion_taken_back_or_on_nothing_of_ours_is_ignored() -> None:
    taken_back = Ignored("event feedback_event: an opinion that was taken back")
    not_ours = Ignored("event feedback_event: of a reply that is not ours")

    assert event("feedback_event", id=REPLY, type=3) == taken_back
    assert event("feedback_event", id="FB1", type=1) == not_ours
    assert event("feedback_event", type=1) == not_ours


def test_an_unknown_type_is_ignored_and_not_repeated_in_the_log() -> None:
    assert parse({**HEAD, "msgtype": "hologram"}) == Ignored("unknown type hologram")
    assert parse({**HEAD, "msgtype": "holo gram 138"}) == Ignored("unknown type without a name")


TEXT = {**HEAD, "msgtype": "text", "text": {"content": "在吗"}}
BROKEN: dict[str, object] = {
    "no object": [1],
    "no msgid": {**TEXT, "msgid": None},
    "an endless msgid": {**TEXT, "msgid": "9" * 257},
    "nobody": {**TEXT, "from": {}},
    "nobody's coming in": {"msgtype": "event", "event": {"eventtype": "enter_chat"}},
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
EVENTS = st.fixed_dictionaries(
    {"eventtype": st.sampled_from(["enter_chat", "template_card_event", "feedback_event"])},
    optional={
        "template_card_event": st.fixed_dictionaries({"task_id": st.just("kefu-1"), "selected_items": TREES}),
        "feedback_event": st.fixed_dictionaries(
            {"id": st.just("0123456789abcdef01234567"), "type": TREES, "inaccurate_reason_list": TREES}
        ),
    },
)
BODIES = st.fixed_dictionaries(
    {"msgtype": KINDS},
    optional={
        **dict.fromkeys((*HEAD, "chatid"), TREES),
        **dict.fromkeys(("text", "mixed", "voice", "stream", "quote"), TREES),
        "event": TREES | EVENTS,
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
