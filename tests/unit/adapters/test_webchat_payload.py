"""The widget's JSON: what is taken, what is refused, and what goes back."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.webchat.identity import Claim
from adapters.webchat.payload import (
    MAX_OPINION_CHARS,
    MAX_TEXT_CHARS,
    read_claim,
    read_message,
    read_opinion,
    write_reply,
)
from bot.errors import BadRequest
from bot.replies import back_again, from_person
from bot.types import Address, Attended, Conversation, Media, Message, Opinion, Outcome, Reply

VISITOR = Conversation("qinghe", "web", "v1")


def read(body: bytes) -> Message:
    return read_message(body, VISITOR, now=1_800_000_000.0)


def test_a_question_becomes_a_message() -> None:
    message = read('{"id": "m-1", "text": "怎么退货？"}'.encode())

    assert message == Message(
        id="m-1",
        conversation=VISITOR,
        text="怎么退货？",
        sent_at=1_800_000_000.0,
        address=Address({"session": "v1"}),
        sender="v1",
    )


PICTURE = "0123456789abcdef0123456789abcdef.png"


def test_a_picture_becomes_a_message_that_names_it() -> None:
    message = read(json.dumps({"id": "m-1", "media": PICTURE}).encode())

    assert (message.kind, message.text) == ("image", "")
    assert message.media == (Media("image", {"owner": "v1", "name": PICTURE}),)


def test_words_may_come_with_a_picture() -> None:
    message = read(json.dumps({"id": "m-1", "text": " 这件有货吗 ", "media": PICTURE}).encode())

    assert (message.kind, message.text) == ("image", "这件有货吗")


def test_what_no_reader_sees_is_dropped_and_lines_are_kept() -> None:
    message = read(b'{"id": "m", "text": " one\\r\\n\\ttwo\\u0000\\u001b\\u007f "}')

    assert message.text == "one\n\ttwo"


def test_a_field_of_a_newer_widget_does_no_harm() -> None:
    assert read(b'{"id": "m", "text": "hi", "page": {"title": "x"}}').text == "hi"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b'"text"',
        b'{"id": "m"}',
        b'{"text": "hi"}',
        b'{"id": 1, "text": "hi"}',
        b'{"id": "m", "text": ["hi"]}',
        b'{"id": "m", "text": null}',
        b'{"id": "", "text": "hi"}',
        b'{"id": "m\\n", "text": "hi"}',
        b'{"id": "a:b", "text": "hi"}',
        b'{"id": "' + b"m" * 65 + b'", "text": "hi"}',
        b'{"id": "m", "text": "  \\n "}',
        b'{"id": "m", "text": "\\u0000"}',
        b'{"id": "m", "text": "\\ud83d and no other half"}',
        b'{"id": "m", "text": "\xff\xfe"}',
        b'{"id": "m", "media": "../../kefu.toml"}',
        b'{"id": "m", "media": "0123456789abcdef0123456789abcdef.svg"}',
        b'{"id": "m", "media": "0123456789abcdef0123456789abcdef.png\n"}',
        b'{"id": "m", "media": {"name": "a.png"}}',
        b'{"id": "m", "text": "hi"} and more',
        b'{"id": "m", "text": "' + b"x" * (MAX_TEXT_CHARS + 1) + b'"}',
        b"[" * 100_000,
        b'{"id": "m", "text": "hi", "deep": ' + b"[" * 50_000 + b"]" * 50_000 + b"}",
    ],
    ids=lambda body: repr(body[:40]),
)
def test_anything_else_is_a_bad_request(body: bytes) -> None:
    with pytest.raises(BadRequest):
        read(body)


@given(st.binary(max_size=200))
def test_no_bytes_do_worse_than_a_bad_request(body: bytes) -> None:
    with pytest.raises(BadRequest):
        read(body)


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def test_an_opinion_is_read_with_its_reason() -> None:
    body = json.dumps({"reply": "r1", "good": False, "words": " 没说运费\u0000 "}).encode()

    assert read_opinion(body, VISITOR, now=5.0) == Opinion(VISITOR, "r1", False, 5.0, "没说运费")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b'{"reply": "r1"}',
        b'{"good": true}',
        b'{"reply": "r1", "good": 1}',
        b'{"reply": "r1", "good": "yes"}',
        b'{"reply": "", "good": true}',
        b'{"reply": "r:1", "good": true}',
        b'{"reply": "r1\n", "good": true}',
        b'{"reply": "' + b"r" * 65 + b'", "good": true}',
        b'{"reply": "r1", "good": true, "words": "' + b"x" * (MAX_OPINION_CHARS + 1) + b'"}',
        b'{"reply": "r1", "good": true, "words": null}',
        b"[" * 100_000,
    ],
    ids=lambda body: repr(body[:40]),
)
def test_anything_else_is_no_opinion(body: bytes) -> None:
    with pytest.raises(BadRequest):
        read_opinion(body, VISITOR, now=5.0)


SIGNATURE = "0f" * 32


def test_a_claim_is_read_and_a_stranger_makes_none() -> None:
    body = json.dumps({"user": "王小明:7", "expires": 9, "signature": SIGNATURE}).encode()

    assert read_claim(body) == Claim("王小明:7", 9, SIGNATURE)
    assert read_claim(b"") is None
    assert read_claim(b" \n") is None


@pytest.mark.parametrize(
    "change",
    [
        {"user": ""},
        {"user": "a b"},
        {"user": "a\u0000"},
        {"user": "a\n"},
        {"user": "u" * 129},
        {"user": 7},
        {"expires": "9"},
        {"expires": -1},
        {"expires": 2**60},
        {"expires": 9.5},
        {"signature": ""},
        {"signature": "zz" * 32},
        {"signature": SIGNATURE + "\n"},
        {"signature": None},
    ],
    ids=repr,
)
def test_half_a_claim_is_a_bad_request(change: dict[str, object]) -> None:
    claim = {"user": "u1", "expires": 9, "signature": SIGNATURE, **change}

    with pytest.raises(BadRequest):
        read_claim(json.dumps(claim).encode())


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"expires": "9"}, "Expected `integer`, got `string` - at `$.expires`"),
        ({"user": "a b"}, "Expected `string` of the documented form - at `$.user`"),
        ({"signature": None}, "Expected `string`, got `null` - at `$.signature`"),
    ],
)
def test_what_is_wrong_with_a_claim_is_told_in_the_words_of_json(
    change: dict[str, object], says: str
) -> None:
    claim = {"user": "u1", "expires": 9, "signature": SIGNATURE, **change}

    with pytest.raises(BadRequest) as caught:
        read_claim(json.dumps(claim).encode())

    assert str(caught.value) == (
        f'the body must be empty, or a JSON object with "user", "expires" and "signature": {says}'
    )


@given(st.binary(min_size=1, max_size=200))
def test_no_bytes_do_worse_to_any_reader(body: bytes) -> None:
    with pytest.raises(BadRequest):
        read_opinion(body, VISITOR, now=5.0)
    with suppress(BadRequest):
        assert read_claim(body) is None


@given(st.fixed_dictionaries({}, optional={"id": ANY_JSON, "text": ANY_JSON, "media": ANY_JSON}))
def test_json_is_either_a_message_that_can_be_stored_or_a_bad_request(value: object) -> None:
    try:
        message = read(json.dumps(value).encode())
    except BadRequest:
        return
    assert message.text.encode()
    assert "\x00" not in message.text


def test_a_reply_becomes_an_event_on_one_line() -> None:
    reply = Reply(
        id="r1",
        conversation=VISITOR,
        address=Address({"session": "v1"}),
        text="七天内都可以，\n请保留吊牌。",
        outcome=Outcome.FAQ,
        answers=("m1", "m2"),
        created_at=1_800_000_001.5,
        sources=("退换货.md:3",),
        titles=("退货期限",),
        suggestions=("怎么退货",),
    )

    event = write_reply(reply)

    assert "\n" not in event
    assert json.loads(event) == {
        "id": "r1",
        "text": "七天内都可以，\n请保留吊牌。",
        "outcome": "faq",
        "person": False,
        "sources": ["退换货.md:3"],
        "titles": ["退货期限"],
        "suggestions": ["怎么退货"],
        "rate": False,
        "answers": ["m1", "m2"],
        "at": 1_800_000_001.5,
    }


def test_a_person_s_words_are_known_from_the_bot_s() -> None:
    attended = Attended(VISITOR, Address({}), "asked", since=1.0, until=9.0, said_at=1.0, waits_since=1.0)

    theirs = json.loads(write_reply(from_person(attended, "您好", now=2.0)))
    ours = json.loads(write_reply(back_again(attended, now=9.0)))

    assert (theirs["person"], ours["person"]) == (True, False)
    assert theirs["outcome"] is ours["outcome"] is None
