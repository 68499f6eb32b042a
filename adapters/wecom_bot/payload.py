"""Reading what WeCom's bot sends (WeCom docs 100719, 101027). Its field names stop here, and in `replies`.

Lenient where nothing depends on it: unknown fields come and go, quotes are passed over.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from bot.channel import Query
from bot.errors import BadRequest
from bot.types import Address, Conversation, Ignored, Message

RESPONSE_LIFE_S: Final = 3600.0
"""How long WeCom takes an answer to a message, by `response_url` (WeCom doc 101138)."""
_MAX_ID: Final = 256
_MAX_URL: Final = 2048
_MENTION: Final = re.compile(r"\s*@\S+\s*")
_TYPE: Final = re.compile(r"[A-Za-z_]{1,64}")

Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Entered:
    """Somebody opened the chat, for the first time today."""


def encrypted(content: bytes) -> str:
    """The sealed text in a callback's body. Raises BadRequest."""
    body = _json(content)
    sealed = _text(body, "encrypt") or _text(body, "Encrypt")  # WeCom's own plugin takes both
    if not sealed:
        raise BadRequest("encrypt is missing")
    return sealed


def parse(content: bytes, *, tenant: str, channel: str, now: float) -> Message | Ignored | Query | Entered:
    """What is in an opened callback. A message bears no time, so it was sent `now`. Raises BadRequest."""
    body = _json(content)
    kind = _text(body, "msgtype")
    if kind == "event":
        return _event(_text(_part(body, "event"), "eventtype"))
    if kind == "stream":
        return Query(_required(_part(body, "stream"), "id"))
    if kind not in _WORDS:
        return Ignored(f"unknown type {_name(kind)}")
    text = _words(body, kind)
    if kind == "mixed":
        kind = "text" if text else "image"
    if kind == "text" and not text:
        return Ignored("a text without words")
    # A userid is case-insensitive, and some of WeCom's answers hold it in lower case (WeCom doc 90236).
    sender = _required(_part(body, "from"), "userid").lower()
    id_ = _required(body, "msgid")
    return Message(
        id=id_,
        conversation=Conversation(tenant, channel, _group(body) or sender),
        text=text,
        sent_at=now,
        address=_address(body, channel, id_, now),
        kind=kind,
        sender=sender,
    )


def stream(address: Address) -> str:
    """The id under which WeCom fetches the reply."""
    return address.data.get("stream", "")


def response_url(address: Address) -> str:
    """Where a reply can be sent once; empty: nowhere. Holds a secret."""
    return address.data.get("response_url", "")


def _address(body: Body, channel: str, id_: str, now: float) -> Address:
    url = _text(body, "response_url")
    data = {
        # The same for the same message, so that a repeated callback names the stream that is open already.
        "stream": hashlib.sha256(f"{channel}\n{id_}".encode()).hexdigest(),
        "response_url": url if len(url) <= _MAX_URL else "",
    }
    return Address(data, now + RESPONSE_LIFE_S, own=True)


def _event(kind: str) -> Ignored | Entered:
    return Entered() if kind == "enter_chat" else Ignored(f"event {_name(kind)}")


def _group(body: Body) -> str:
    """The group's id; empty one to one."""
    return _required(body, "chatid") if _text(body, "chattype") == "group" else ""


def _words(body: Body, kind: str) -> str:
    """What was said. In a group it begins with the bot's name, which no question needs."""
    text = _WORDS[kind](body).strip()
    if _text(body, "chattype") == "group" and (mention := _MENTION.match(text)):
        text = text[mention.end() :]
    return text


def _spoken(body: Body) -> str:
    return _text(_part(body, "text"), "content")


def _mixed(body: Body) -> str:
    listed = _part(body, "mixed").get("msg_item")
    items = listed if isinstance(listed, list) else []
    texts = (_spoken(item).strip() for item in items if isinstance(item, dict))
    return "\n".join(text for text in texts if text)


def _recognised(body: Body) -> str:
    """WeCom's own transcript of a voice message."""
    return _text(_part(body, "voice"), "content")


def _none(_: Body) -> str:
    return ""


_WORDS: Final[Mapping[str, Callable[[Body], str]]] = {
    "text": _spoken,
    "mixed": _mixed,
    "voice": _recognised,
    "image": _none,
    "file": _none,
    "video": _none,
}
"""Each type of message, and where its words are."""


def _json(content: bytes) -> Body:
    try:
        body = json.loads(content)
    except (ValueError, RecursionError):
        raise BadRequest("the body is no JSON that we take (-40002)") from None
    if not isinstance(body, dict):
        raise BadRequest("the body is no JSON object (-40002)")
    return body


def _part(body: Body, key: str) -> Body:
    part = body.get(key)
    return part if isinstance(part, dict) else {}


def _text(body: Body, key: str) -> str:
    """A text; anything else counts as missing. JSON can hold half a surrogate pair, which can't be stored."""
    value = body.get(key)
    return value.encode(errors="replace").decode() if isinstance(value, str) else ""


def _required(body: Body, key: str) -> str:
    value = _text(body, key)
    if not 0 < len(value) <= _MAX_ID:
        raise BadRequest(f"{key} is missing or too long")
    return value


def _name(text: str) -> str:
    """For the log: what does not look like a name is not repeated."""
    return text if _TYPE.fullmatch(text) else "without a name"
