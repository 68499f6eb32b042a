"""Reading what DingTalk sends (doc "receive messages", 2025-12-29). Its field names stop here.

Lenient by need: unknown keys come and go, known ones may be missing or null, numbers may be texts.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from adapters.dingtalk.route import Route
from bot.errors import BadRequest
from bot.types import Conversation, Ignored, Media, Message
from bot.wording import KINDS

_GROUP: Final = "2"
_QUOTA_USED_UP: Final = "20001"
_WEBHOOK_LIFE_S: Final = 5400.0
"""When DingTalk does not say: every sample has 90 minutes."""
_MAX_ID: Final = 256
_MOST_MEDIA: Final = 20
_MAX_CODE: Final = 2048
_MAX_NAME: Final = 255
_MAX_SECONDS: Final = 1e10
_NICK_CHARS: Final = 40
_QUOTED_CHARS: Final = 100
_NUMBER: Final = re.compile(r"[0-9]{1,15}")

Body = Mapping[str, Any]


def read(content: bytes) -> Body:
    """The JSON object in a body. Raises BadRequest."""
    try:
        body = json.loads(content)
    except (ValueError, RecursionError):
        raise BadRequest("the body is no JSON that we take") from None
    if not isinstance(body, dict):
        raise BadRequest("the body is no JSON object")
    return body


def quota_is_used_up(body: Body) -> bool:
    """The month's quota is gone: DingTalk tells so in place of a message, which it keeps."""
    return _QUOTA_USED_UP in (_text(body, "errorCode"), _text(body, "errCode"))


def is_message(body: Body) -> bool:
    """Whether it is something that a customer sent."""
    return "msgtype" in body


def parse(body: Body, *, tenant: str, channel: str, now: float) -> Message | Ignored:
    """The message in a callback's body; `now` stands in for a missing time. Raises BadRequest."""
    name = _text(body, "msgtype")
    if name in _NOT_ASKED:
        return Ignored(f"{name}: not the customer's own words")
    kind, words = _KINDS.get(name, ("other", _none))
    text = words(body).strip()
    if kind == "rich":
        kind = "text" if text else "image"
    if kind == "text" and not text:
        return Ignored("a text without words")
    if kind == "text":
        text = _quoted(body) + text
    sender = _id(body, "senderStaffId") or _required(body, "senderId")
    in_group = _text(body, "conversationType") == _GROUP
    group = _required(body, "conversationId") if in_group else ""
    sent_at = _seconds(body, "createAt") or now
    return Message(
        id=_required(body, "msgId"),
        conversation=Conversation(tenant, channel, group or sender),
        text=text,
        sent_at=sent_at,
        address=_route(body, group, sent_at).address(),
        kind=kind,
        sender=sender,
        media=_media(body),
    )


def download_code(media: Media) -> str:
    """What DingTalk gives an address for."""
    return media.handle.get("code", "")


def _media(body: Body) -> tuple[Media, ...]:
    """Pictures have two codes at times; either will do."""
    type_ = _text(body, "msgtype")
    if type_ == "richText":
        found = [(_text(segment, "type"), segment) for segment in _segments(body)]
    else:
        found = [(type_, _content(body))]
    media = (
        Media(_CARRY[kind], {"code": code}, _text(content, "fileName")[:_MAX_NAME])
        for kind, content in found
        if kind in _CARRY and 0 < len(code := _code(content)) <= _MAX_CODE
    )
    return tuple(media)[:_MOST_MEDIA]


def _code(content: Body) -> str:
    return _text(content, "downloadCode") or _text(content, "pictureDownloadCode")


def _route(body: Body, group: str, sent_at: float) -> Route:
    return Route(
        webhook=_text(body, "sessionWebhook"),
        webhook_expires_at=_seconds(body, "sessionWebhookExpiredTime") or sent_at + _WEBHOOK_LIFE_S,
        # Only a staff id can be written to or mentioned; it is missing for people outside the corp.
        staff=_id(body, "senderStaffId"),
        group=group,
        nick=_text(body, "senderNick")[:_NICK_CHARS],
    )


def _content(body: Body) -> Body:
    content = body.get("content")
    return content if isinstance(content, dict) else {}


def _spoken(body: Body) -> str:
    """Of a text. One page of the docs has the words at the top level."""
    text = body.get("text")
    return (_text(text, "content") if isinstance(text, dict) else "") or _text(body, "content")


def _rich(body: Body) -> str:
    return "".join(_text(segment, "text") for segment in _segments(body))


def _segments(body: Body) -> list[Body]:
    segments = _content(body).get("richText")
    return [one for one in segments if isinstance(one, dict)] if isinstance(segments, list) else []


def _quoted(body: Body) -> str:
    """A line with the words that the customer replied to, cut short: they help to tell what "this" is."""
    text = body.get("text")
    replied = text.get("repliedMsg") if isinstance(text, dict) else None
    if not isinstance(replied, dict):
        return ""
    pieces = (_NOTED.get(_text(one, "type")) or _text(one, "text") for one in _segments(replied))
    words = " ".join((_text(_content(replied), "text") or "".join(pieces)).split())
    return f"> {words[:_QUOTED_CHARS]}{'…' if len(words) > _QUOTED_CHARS else ''}\n" if words else ""


def _recognised(body: Body) -> str:
    """DingTalk's own transcript of a voice message."""
    return _text(_content(body), "recognition")


def _none(_: Body) -> str:
    return ""


_KINDS: Final[Mapping[str, tuple[str, Callable[[Body], str]]]] = {
    "text": ("text", _spoken),
    "richText": ("rich", _rich),
    "audio": ("voice", _recognised),
    "picture": ("image", _none),
    "video": ("video", _none),
    "file": ("file", _none),
    "unknownMsgType": ("other", _none),  # its text is DingTalk's own line, not the customer's
}
"""Each type of message: its kind, and where its words are. A type we don't know is a message all the same."""


_CARRY: Final[Mapping[str, str]] = {
    "picture": "image",
    "audio": "voice",
    "video": "video",
    "file": "file",
}
"""Types, of a message or of a piece of rich text, that bring something to be fetched: our kind."""
_NOTED: Final = {"picture": f"[{KINDS['image']}]"}
"""What stands for a piece without words, where it is only quoted."""
_NOT_ASKED: Final = ("interactiveCard", "chatRecord")
"""A card, or what others said elsewhere, passed on without a word."""


def _text(body: Body, key: str) -> str:
    """A text or a number as text; anything else, also null, counts as missing.

    JSON can hold half a surrogate pair, which no later step could encode.
    """
    value = body.get(key)
    if isinstance(value, str):
        return value.encode(errors="replace").decode()
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def _id(body: Body, key: str) -> str:
    value = _text(body, key)
    if len(value) > _MAX_ID:
        raise BadRequest(f"{key} is too long")
    return value


def _required(body: Body, key: str) -> str:
    value = _id(body, key)
    if not value:
        raise BadRequest(f"{key} is missing")
    return value


def _seconds(body: Body, key: str) -> float:
    """Unix seconds from milliseconds; 0 when there is no sensible number."""
    value = body.get(key)
    digits = str(int(value)) if isinstance(value, float) and abs(value) < 1e15 else _text(body, key)
    seconds = int(digits) / 1000 if _NUMBER.fullmatch(digits) else 0.0
    return seconds if seconds < _MAX_SECONDS else 0.0
