"""What each kind of DingTalk message becomes."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.dingtalk import payload
from adapters.dingtalk.route import Route
from bot.errors import BadRequest
from bot.types import Ignored, Message

NOW = 1_700_000_999.0
BODY: dict[str, Any] = {
    "msgId": "msg1==",
    "msgtype": "text",
    "text": {"content": " 能退吗？ "},
    "createAt": 1_700_000_000_000,
    "conversationType": "1",
    "conversationId": "cid-1==",
    "senderId": "$:LWCP_v1:$abc",
    "senderStaffId": "Manager01",
    "sessionWebhook": "https://oapi.dingtalk.com/robot/sendBySession?session=s",
    "sessionWebhookExpiredTime": 1_700_005_400_000,
}
GROUP = {"conversationType": "2", "conversationId": "cid-group==", "conversationTitle": "售后群"}
PICTURE = {"type": "picture", "downloadCode": "d", "pictureDownloadCode": "p"}
TYPES: dict[str, tuple[dict[str, Any], str, str]] = {
    "text": ({"msgtype": "text"}, "text", "能退吗？"),
    "text with the words on top": ({"msgtype": "text", "text": None, "content": "在吗"}, "text", "在吗"),
    "picture": ({"msgtype": "picture", "content": {"downloadCode": "d"}}, "image", ""),
    "rich text": (
        {"msgtype": "richText", "content": {"richText": [{"text": "这件"}, PICTURE, {"text": "能退吗"}]}},
        "text",
        "这件能退吗",
    ),
    "rich text of pictures": ({"msgtype": "richText", "content": {"richText": [PICTURE]}}, "image", ""),
    "audio": (
        {"msgtype": "audio", "content": {"duration": "4000", "downloadCode": "d", "recognition": "几点开门"}},
        "voice",
        "几点开门",
    ),
    "audio not recognised": ({"msgtype": "audio", "content": {"downloadCode": "d"}}, "voice", ""),
    "video": ({"msgtype": "video", "content": {"videoType": "mp4", "duration": 3}}, "video", ""),
    "file": ({"msgtype": "file", "content": {"fileName": "发票.pdf"}}, "file", ""),
    "unknown to DingTalk": (
        {"msgtype": "unknownMsgType", "content": {"unknownMsgType": "不支持的消息"}},
        "other",
        "",
    ),
    "unknown to us": ({"msgtype": "hologram", "content": {}}, "other", ""),
    "without a type": ({"msgtype": None}, "other", ""),
}


def parse(**changes: Any) -> Message | Ignored:
    body = {**BODY, **changes}
    return payload.parse(body, tenant="shop", channel="shop-ding", now=NOW)


def message(**changes: Any) -> Message:
    received = parse(**changes)
    assert isinstance(received, Message)
    return received


@pytest.mark.parametrize("name", TYPES)
def test_a_message_is_read_by_its_type(name: str) -> None:
    changes, kind, text = TYPES[name]

    received = message(**changes)

    assert (received.kind, received.text) == (kind, text)


def test_one_to_one_the_staff_id_is_the_customer() -> None:
    received = message()

    assert str(received.conversation) == "shop:shop-ding:Manager01"
    assert (received.id, received.sent_at) == ("msg1==", 1_700_000_000.0)
    assert received.address.expires_at is None


def test_a_group_is_one_conversation_of_many_senders() -> None:
    received = message(**GROUP)

    assert received.conversation.customer == "cid-group=="
    assert received.sender == "Manager01"
    assert Route.of(received.address).mention == "@Manager01 "


@pytest.mark.parametrize("missing", [None, ""])
def test_without_a_staff_id_the_sender_id_stands_in(missing: str | None) -> None:
    received = message(senderStaffId=missing)

    assert received.conversation.customer == "$:LWCP_v1:$abc"
    assert Route.of(received.address).staff == ""
    assert received.address.expires_at == 1_700_005_400.0


def test_nobody_outside_the_corp_is_mentioned() -> None:
    assert Route.of(message(**GROUP, senderStaffId="").address).mention == ""


def test_numbers_may_be_texts_and_texts_numbers() -> None:
    received = message(createAt="1700000000000", conversationType=2, conversationId="cid-group==")

    assert received.sent_at == 1_700_000_000.0
    assert received.conversation.customer == "cid-group=="


@pytest.mark.parametrize("time", [None, "soon", -1, True, float("nan"), float("inf"), 1e300, 10**40, []])
def test_a_time_without_sense_is_now(time: object) -> None:
    received = message(createAt=time, sessionWebhookExpiredTime=time)

    assert received.sent_at == NOW
    assert Route.of(received.address).webhook_expires_at == NOW + 5400


def test_unknown_keys_are_ignored() -> None:
    assert message(hostingContext={"a": [1]}, openThreadId="x", quoteMessage=None) == message()


@pytest.mark.parametrize(
    ("content", "quoted"),
    [
        ({"text": "裙子 89 元\n有货"}, "「裙子 89 元 有货」\n"),
        ({"richText": [{"text": "看"}, PICTURE]}, "「看[图片]」\n"),
        ({"downloadCode": "d", "fileName": "发票.pdf"}, ""),
        ({"text": None, "richText": "x"}, ""),
        ("旧", ""),
        (None, ""),
    ],
)
def test_what_the_customer_replied_to_goes_before_the_question(content: object, quoted: str) -> None:
    text = {"content": "这个呢", "isReplyMsg": True, "repliedMsg": {"msgType": "text", "content": content}}

    assert message(text=text).text == f"{quoted}这个呢"


def test_a_quotation_alone_is_no_question() -> None:
    assert isinstance(parse(text={"content": " ", "repliedMsg": {"content": {"text": "旧"}}}), Ignored)


@pytest.mark.parametrize("kind", ["interactiveCard", "chatRecord"])
def test_what_is_only_passed_on_is_ignored_with_the_reason(kind: str) -> None:
    received = parse(msgtype=kind, content={"summary": "…"})

    assert isinstance(received, Ignored)
    assert kind in received.reason


def test_half_a_surrogate_pair_does_no_harm() -> None:
    message(text={"content": "a\ud83d"}, msgId="m\udc00").text.encode()


@pytest.mark.parametrize("body", [{"errorCode": "20001"}, {"errorCode": 20001}, {"errCode": "20001"}])
def test_a_frame_about_the_quota_is_recognised(body: dict[str, Any]) -> None:
    assert payload.quota_is_used_up(body)
    assert not payload.quota_is_used_up(BODY)


@pytest.mark.parametrize("words", [None, {}, {"content": None}, {"content": " "}, "text", 7])
def test_a_text_without_words_needs_no_answer(words: object) -> None:
    assert isinstance(parse(text=words), Ignored)


@pytest.mark.parametrize(
    "changes",
    [
        {"msgId": None},
        {"msgId": ""},
        {"msgId": "m" * 257},
        {"senderStaffId": None, "senderId": None},
        {"senderStaffId": "s" * 257},
        {"conversationType": "2", "conversationId": None},
    ],
)
def test_a_message_without_its_ids_is_a_bad_request(changes: dict[str, Any]) -> None:
    with pytest.raises(BadRequest):
        parse(**changes)
