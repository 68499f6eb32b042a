"""The widget's JSON to a Message, an Opinion or a Claim; a Reply to the JSON of an event.

Pure; the widget's names end here.
"""

from __future__ import annotations

import json
import re
from typing import Annotated, Final, TypeVar

import msgspec
from msgspec import Meta, Struct

from adapters.plain import printable
from adapters.webchat.identity import Claim
from bot.channel import Draft
from bot.errors import BadRequest
from bot.types import Address, Conversation, Media, Message, Opinion, Reply

MAX_TEXT_CHARS: Final = 20_000
"""A wall for programs: the most that a tenant's `limits.text_chars` can allow. People meet that one first."""

MAX_OPINION_CHARS: Final = 1000
_JSON_TYPES: Final = {"str": "string", "int": "integer", "float": "number", "bool": "boolean"}
_PYTHONS: Final = re.compile("`(str|int|float|bool)`")
_PATTERN: Final = re.compile(" matching regex '.*'", re.DOTALL)


# `\Z`, since `$` would let a line end slip in behind an id.
_Id = Annotated[str, Meta(pattern=r"\A[A-Za-z0-9_-]{1,64}\Z")]


class _Posted(Struct):
    id: _Id
    text: Annotated[str, Meta(max_length=MAX_TEXT_CHARS)] = ""
    media: Annotated[str, Meta(pattern=r"\A[0-9a-f]{32}\.(png|jpg|gif|webp)\Z")] = ""


class _Judged(Struct):
    reply: _Id
    good: bool
    words: Annotated[str, Meta(max_length=MAX_OPINION_CHARS)] = ""


class _Claimed(Struct):
    # Nothing that a log or a terminal would act on.
    user: Annotated[str, Meta(pattern=r"\A[^\x00-\x20\x7f-\x9f\ud800-\udfff]{1,128}\Z")]
    expires: Annotated[int, Meta(ge=0, le=2**40)]
    signature: Annotated[str, Meta(pattern=r"\A[0-9A-Fa-f]{64}\Z")]


Read = TypeVar("Read", bound=Struct)


def read_message(body: bytes, conversation: Conversation, *, now: float) -> Message:
    """What the visitor said. Raises BadRequest, and nothing else, whatever the bytes."""
    posted = _read(body, _Posted, 'a JSON object with "id", and "text" or "media"')
    text = printable(posted.text).strip()
    if not text and not posted.media:
        raise BadRequest("the text is empty")
    address = Address({"session": conversation.customer})
    return Message(
        posted.id,
        conversation,
        text,
        now,
        address,
        kind="image" if posted.media else "text",
        sender=conversation.customer,
        media=(picture(conversation.customer, posted.media),) if posted.media else (),
    )


def picture(owner: str, name: str) -> Media:
    """A visitor's upload, as a message names it."""
    return Media("image", {"owner": owner, "name": name})


def read_opinion(body: bytes, conversation: Conversation, *, now: float) -> Opinion:
    """What the visitor thinks of a reply. Raises BadRequest, and nothing else, whatever the bytes."""
    judged = _read(body, _Judged, 'a JSON object with "reply" and "good"')
    return Opinion(conversation, judged.reply, judged.good, now, printable(judged.words).strip())


def read_claim(body: bytes) -> Claim | None:
    """Who the shop's page says it is; None for a stranger. Raises BadRequest, and nothing else."""
    if not body.strip():
        return None
    claimed = _read(body, _Claimed, 'empty, or a JSON object with "user", "expires" and "signature"')
    return Claim(claimed.user, claimed.expires, claimed.signature)


def write_reply(reply: Reply) -> str:
    """The JSON of a `reply` event: `{"id", "text", "outcome", "person", "sources", "titles",
    "suggestions", "rate", "answers", "at"}`."""
    return write(
        {
            "id": reply.id,
            "text": reply.text,
            "outcome": reply.outcome and reply.outcome.value,
            "person": reply.person,
            "sources": list(reply.sources),
            "titles": list(reply.titles),
            "suggestions": list(reply.suggestions),
            "rate": reply.rate,
            "answers": list(reply.answers),
            "at": reply.created_at,
        }
    )


def write_partial(draft: Draft) -> str:
    """The JSON of a `partial` event: `{"reply": its id, "text": the whole text so far}`."""
    return write({"reply": draft.reply, "text": draft.text})


def write_said(message: Message) -> str:
    """The JSON of a `said` event: `{"id", "text", "at"}`."""
    return write({"id": message.id, "text": message.text, "at": message.sent_at})


def write(value: object) -> str:
    """Compact JSON that keeps Chinese readable; never holds a line end, which would break an event."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _read(body: bytes, kind: type[Read], shape: str) -> Read:
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadRequest(f"the body must be {shape}: {_fault(error)}") from error


def _fault(error: Exception) -> str:
    """What was wrong, by msgspec's words where they can't hold the visitor's own; Python's become JSON's."""
    if not isinstance(error, msgspec.DecodeError):
        return "not valid UTF-8, or nested too deep"
    fault = _PATTERN.sub(" of the documented form", str(error))
    return _PYTHONS.sub(lambda name: f"`{_JSON_TYPES[name[1]]}`", fault)
