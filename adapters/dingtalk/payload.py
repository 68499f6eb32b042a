"""Reading what DingTalk sends (doc "receive messages", 2025-12-29). Its field names stop here.

Lenient by need (`adapters.body`): numbers may be texts, too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from adapters.body import Body, list_at, object_at, storable
from adapters.dingtalk.route import Route
from adapters.quote import quoted
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
_NUMBER: Final = re.compile(r"[0-9]{1,15}")


def quota_is_used_up(body: Body) -> bool:
    """The month's quota is gone: DingTalk tells so in place of a message, which it keeps."""
    return _QUOTA_USED_UP in (word_at(body, "errorCode"), word_at(body, "errCode"))


def is_message(body: Body) -> bool:
    """Whether it is something that a customer sent."""
    return "msgtype" in body


def parse(body: Body, *, tenant: str, channel: str, now: float) -> Message | Ignored:
    """The message in a callback's body; `now` stands in for a missing time. Raises BadRequest."""
    name = word_at(body, "msgtype")
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
    sender = id_at(body, "senderStaffId") or _required(body, "senderId")
    in_group = word_at(body, "conversationType") == _GROUP
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
    type_ = word_at(body, "msgtype")
    if type_ == "richText":
        found = [(word_at(segment, "type"), segment) for segment in _segments(body)]
    else:
        found = [(type_, object_at(body, "content"))]
    media = (
        Media(_CARRY[kind], {"code": code}, word_at(content, "fileName")[:_MAX_NAME])
        for kind, content in found
        if kind in _CARRY and 0 < len(code := _code(content)) <= _MAX_CODE
    )
    return tuple(media)[:_MOST_MEDIA]


def _code(content: Body) -> str:
    return word_at(content, "downloadCode") or word_at(content, "pictureDownloadCode")


def _route(body: Body, group: str, sent_at: float) -> Route:
    return Route(
        webhook=word_at(body, "sessionWebhook"),
        webhook_expires_at=_seconds(body, "sessionWebhookExpiredTime") or sent_at + _WEBHOOK_LIFE_S,
        # Only a staff id can be written to or mentioned; it is missing for people outside the corp.
        staff=id_at(body, "senderStaffId"),
        group=group,
        nick=word_at(body, "senderNick")[:_NICK_CHARS],
    )


def _spoken(body: Body) -> str:
    """Of a text. One page of the docs has the words at the top level."""
    return word_at(object_at(body, "text"), "content") or word_at(body, "content")


def _rich(body: Body) -> str:
    return "".join(word_at(segment, "text") for segment in _segments(body))


def _segments(body: Body) -> list[Body]:
    segments = list_at(object_at(body, "content"), "richText")
    return [one for one in segments if isinstance(one, dict)]


def _quoted(body: Body) -> str:
    replied = object_at(object_at(body, "text"), "repliedMsg")
    pieces = (_NOTED.get(word_at(one, "type")) or word_at(one, "text") for one in _segments(replied))
    return quoted(word_at(object_at(replied, "content"), "text") or "".join(pieces))


def _recognised(body: Body) -> str:
    """DingTalk's own transcript of a voice message."""
    return word_at(object_at(body, "content"), "recognition")


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


def word_at(body: Body, key: str) -> str:
    """A text or a number as text; anything else, also null, counts as missing."""
    value = body.get(key)
    if isinstance(value, str):
        return storable(value)
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def id_at(body: Body, key: str) -> str:
    """The same, not endless. Raises BadRequest."""
    value = word_at(body, key)
    if len(value) > _MAX_ID:
        raise BadRequest(f"{key} is too long")
    return value


def _required(body: Body, key: str) -> str:
    value = id_at(body, key)
    if not value:
        raise BadRequest(f"{key} is missing")
    return value


def _seconds(body: Body, key: str) -> float:
    """Unix seconds from milliseconds; 0 when there is no sensible number."""
    value = body.get(key)
    digits = str(int(value)) if isinstance(value, float) and abs(value) < 1e15 else word_at(body, key)
    seconds = int(digits) / 1000 if _NUMBER.fullmatch(digits) else 0.0
    return seconds if seconds < _MAX_SECONDS else 0.0
