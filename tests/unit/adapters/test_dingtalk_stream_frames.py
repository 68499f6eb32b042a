"""What the stream gateway says is read, or refused with a reason; what we say is what it expects."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.dingtalk.stream import frames
from adapters.dingtalk.stream.frames import Frame, Kind
from bot.errors import BadRequest
from tests.unit.adapters.conftest import FUZZ

FRAME: dict[str, Any] = {
    "specVersion": "1.0",
    "type": "CALLBACK",
    "headers": {
        "appId": "uuid",
        "connectionId": "c-1",
        "contentType": "application/json",
        "messageId": "0b2f_1_2",
        "time": "1700000000000",
        "topic": "/v1.0/im/bot/messages/get",
    },
    "data": '{"msgId": "msgA=="}',
}


def frame(**changes: Any) -> str:
    return json.dumps({**FRAME, **changes})


def headers(**changes: Any) -> dict[str, Any]:
    return {**FRAME["headers"], **changes}


def test_a_callback_is_read() -> None:
    assert frames.read(frame()) == Frame(
        Kind.CALLBACK, "/v1.0/im/bot/messages/get", "0b2f_1_2", '{"msgId": "msgA=="}'
    )


def test_only_the_systems_disconnect_asks_to_leave() -> None:
    leave = headers(topic="disconnect")

    assert frames.read(frame(type="SYSTEM", headers=leave)).asks_to_leave
    assert not frames.read(frame(type="EVENT", headers=leave)).asks_to_leave
    assert not frames.read(frame(type="SYSTEM", headers=headers(topic="ping"))).asks_to_leave


@pytest.mark.parametrize("data", [None, 3, {}, ["x"], True])
def test_data_that_is_no_text_counts_as_none(data: object) -> None:
    assert frames.read(frame(data=data)).data == ""


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no JSON"),
        ("not JSON", "no JSON"),
        ("[" * 100_000, "no JSON"),
        ("[]", "no JSON object"),
        ("null", "no JSON object"),
        (frame(headers=None), "no headers"),
        (frame(headers=[]), "no headers"),
        (frame(headers=headers(messageId=None)), "messageId is missing"),
        (frame(headers=headers(messageId="")), "messageId is missing"),
        (frame(headers=headers(messageId=7)), "messageId is missing"),
        (frame(headers=headers(messageId="m" * 257)), "messageId is missing or not of its form"),
        (frame(headers=headers(topic=["ping"])), "topic is missing"),
        (frame(type="RESPONSE"), "no type that we know"),
        (frame(type=None), "no type that we know"),
        (frame(data="退" * 400_000), "over the size limit"),
    ],
)
def test_what_is_no_frame_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(BadRequest, match=reason):
        frames.read(text)


def test_an_acknowledgement_names_its_frame_and_holds_json_in_json() -> None:
    ack = json.loads(frames.acknowledge(frames.read(frame()), '{"response": null}'))

    assert ack == {
        "code": 200,
        "headers": {"contentType": "application/json", "messageId": "0b2f_1_2"},
        "message": "OK",
        "data": '{"response": null}',
    }


def test_an_acknowledgement_can_say_what_is_wrong() -> None:
    ack = json.loads(frames.acknowledge(frames.read(frame()), "", code=404))

    assert (ack["code"], ack["message"]) == (404, "Not Found")


def test_half_a_surrogate_pair_goes_back_as_it_came() -> None:
    text = frame(headers=headers(messageId="m\ud83d"), data="\udc00")

    ack = frames.acknowledge(frames.read(text), frames.read(text).data)

    ack.encode()
    assert json.loads(ack)["headers"]["messageId"] == "m\ud83d"


LEAVES = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20))
TREES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.sampled_from(["type", "headers", "messageId", "topic", "data"]), inner),
    ),
    max_leaves=20,
)


def reads_or_refuses(text: str) -> None:
    try:
        read = frames.read(text)
    except BadRequest:
        return
    json.loads(frames.acknowledge(read, read.data)).keys()


@FUZZ
@given(st.one_of(st.text(), TREES.map(json.dumps)))
def test_noise_is_read_or_refused(text: str) -> None:
    reads_or_refuses(text)


@FUZZ
@given(st.data())
def test_a_mutated_frame_is_read_or_refused(data: st.DataObject) -> None:
    text = list(frame())
    for _ in range(data.draw(st.integers(1, 8))):
        text[data.draw(st.integers(0, len(text) - 1))] = data.draw(st.characters())

    reads_or_refuses("".join(text))
