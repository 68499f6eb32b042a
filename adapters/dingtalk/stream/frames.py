"""The frames of DingTalk's stream: JSON texts, and JSON again in their `data`.

    server ──► {specVersion, type, headers: {messageId, topic, …}, data}
    us     ──► {code, headers: {messageId, contentType}, message, data}      an acknowledgement

From the protocol's own page (developerpedia, May 2025) and the official Python SDK 0.24.3.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from typing import Any, Final

from adapters import body
from bot.errors import BadRequest

MAX_FRAME_BYTES: Final = 1024 * 1024
"""Far above any message: a text has 20 000 bytes at most, and files come as codes to fetch them by."""
_MAX_ID: Final = 256

Data = dict[str, Any]


class Kind(StrEnum):
    """A frame's `type`."""

    SYSTEM = "SYSTEM"
    EVENT = "EVENT"
    CALLBACK = "CALLBACK"


class Topic(StrEnum):
    """The topics that mean something to us."""

    MESSAGE = "/v1.0/im/bot/messages/get"
    CARD = "/v1.0/card/instances/callback"
    DISCONNECT = "disconnect"


@dataclass(frozen=True, slots=True)
class Frame:
    """What the server says."""

    kind: Kind
    topic: str
    message_id: str
    """Of this frame, not of the customer's message, which may come again in a frame with another."""
    data: str
    """Not read yet; it may be anything."""

    @property
    def asks_to_leave(self) -> bool:
        """The server sends nothing more this way, and drops the connection after some ten seconds."""
        return self.kind is Kind.SYSTEM and self.topic == Topic.DISCONNECT


def read(text: str) -> Frame:
    """The frame in a text. Raises BadRequest."""
    content = text.encode(errors="replace")
    if len(content) > MAX_FRAME_BYTES:
        raise BadRequest("the frame is over the size limit")
    frame = body.read(content)
    headers = frame.get("headers")
    if not isinstance(headers, dict):
        raise BadRequest("the frame has no headers")
    data = frame.get("data")
    return Frame(
        kind=_kind(frame.get("type")),
        topic=_word(headers, "topic"),
        message_id=_word(headers, "messageId"),
        data=data if isinstance(data, str) else "",
    )


def acknowledge(frame: Frame, data: str, *, code: int = HTTPStatus.OK) -> str:
    """The text that says what became of a frame; `data` is JSON already."""
    ack = {
        "code": int(code),
        "headers": {"contentType": "application/json", "messageId": frame.message_id},
        "message": HTTPStatus(code).phrase,
        "data": data,
    }
    return json.dumps(ack)  # all ASCII: half a surrogate pair in an id would not go over the wire otherwise


def _kind(value: object) -> Kind:
    try:
        return Kind(str(value))
    except ValueError:
        raise BadRequest("the frame is of no type that we know") from None


def _word(headers: Data, key: str) -> str:
    value = headers.get(key)
    if not isinstance(value, str) or not 0 < len(value) <= _MAX_ID:
        raise BadRequest(f"the frame's {key} is missing or not of its form")
    return value
