"""The widget's JSON to a Message, a Reply to the JSON of an event. Pure; the widget's names end here."""

from __future__ import annotations

import json
from typing import Annotated, Final

import msgspec
from msgspec import Meta, Struct

from bot.channel import Draft
from bot.errors import BadRequest
from bot.types import Address, Conversation, Message, Reply

MAX_TEXT_CHARS: Final = 20_000
"""A wall for programs: the most that a tenant's `limits.text_chars` can allow. People meet that one first."""

_UNPRINTABLE: Final = dict.fromkeys(code for code in (*range(0x20), 0x7F) if chr(code) not in "\t\n")


class _Posted(Struct):
    # `\Z`, since `$` would let a line end slip in behind the id.
    id: Annotated[str, Meta(pattern=r"\A[A-Za-z0-9_-]{1,64}\Z")]
    text: Annotated[str, Meta(max_length=MAX_TEXT_CHARS)]


def read_message(body: bytes, conversation: Conversation, *, now: float) -> Message:
    """What the visitor said. Raises BadRequest, and nothing else, whatever the bytes."""
    try:
        posted = msgspec.json.decode(body, type=_Posted)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadRequest(f"the body must be {{'id', 'text'}} in JSON: {_fault(error)}") from error
    # PostgreSQL takes no NUL in a text, and no reader sees the others.
    text = posted.text.translate(_UNPRINTABLE).strip()
    if not text:
        raise BadRequest("the text is empty")
    address = Address({"session": conversation.customer})
    return Message(posted.id, conversation, text, now, address, sender=conversation.customer)


def write_reply(reply: Reply) -> str:
    """The JSON of a `reply` event: `{"id", "text", "outcome", "sources", "suggestions", "answers", "at"}`."""
    return write(
        {
            "id": reply.id,
            "text": reply.text,
            "outcome": reply.outcome and reply.outcome.value,
            "sources": list(reply.sources),
            "suggestions": list(reply.suggestions),
            "answers": list(reply.answers),
            "at": reply.created_at,
        }
    )


def write_partial(draft: Draft) -> str:
    """The JSON of a `partial` event: `{"reply": its id, "text": the whole text so far}`."""
    return write({"reply": draft.reply, "text": draft.text})


def write(value: object) -> str:
    """Compact JSON that keeps Chinese readable; never holds a line end, which would break an event."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _fault(error: Exception) -> str:
    """What was wrong, by msgspec's words where they can't hold the visitor's own."""
    return str(error) if isinstance(error, msgspec.DecodeError) else "not valid UTF-8, or nested too deep"
