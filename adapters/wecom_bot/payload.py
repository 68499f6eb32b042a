"""Reading what WeCom's bot sends (WeCom docs 100719, 101027). Its field names stop here, and in `replies`.

Lenient where nothing depends on it: unknown fields come and go.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from adapters import template_card
from bot.channel import Entered, Query
from bot.errors import BadRequest
from bot.types import Address, Conversation, Ignored, Media, Message, Opinion

RESPONSE_LIFE_S: Final = 3600.0
"""How long WeCom takes an answer to a message, by `response_url` (WeCom doc 101138)."""
_MAX_ID: Final = 256
_MAX_URL: Final = 2048
_MOST_MEDIA: Final = 20
_MAX_WORDS: Final = 1000
"""Of an opinion's reason."""
_MENTION: Final = re.compile(r"\s*@\S+\s*")
_TYPE: Final = re.compile(r"[A-Za-z_]{1,64}")
_REPLY: Final = re.compile(r"[0-9a-f]{24}")
"""What `bot.replies.reply_id` makes."""
_QUOTE_CHARS: Final = 100
"""Enough to know what is meant; a long answer of ours in front would make a question too long to be read."""
_GOOD, _BAD = 1, 2

Body = Mapping[str, Any]


def encrypted(content: bytes) -> str:
    """The sealed text in a callback's body. Raises BadRequest."""
    body = _json(content)
    sealed = _text(body, "encrypt") or _text(body, "Encrypt")  # WeCom's own plugin takes both
    if not sealed:
        raise BadRequest("encrypt is missing")
    return sealed


def parse(
    content: bytes, *, tenant: str, channel: str, now: float
) -> Message | Opinion | Ignored | Query | Entered:
    """What is in an opened callback. A message bears no time, so it was sent `now`. Raises BadRequest."""
    body = _json(content)
    kind = _text(body, "msgtype")
    here = Conversation(tenant, channel, "")
    if kind == "event":
        return _event(body, here, now)
    if kind == "stream":
        return Query(_required(_part(body, "stream"), "id"))
    if kind not in _WORDS:
        return Ignored(f"unknown type {_name(kind)}")
    text = _words(body, kind)
    if kind == "mixed":
        kind = "text" if text else "image"
    if kind == "text" and not text:
        return Ignored("a text without words")
    id_ = _required(body, "msgid")
    # The same for the same message, so that a repeated callback names the stream that is open already.
    stream = hashlib.sha256(f"{channel}\n{id_}".encode()).hexdigest()
    words = _quoted(body) + text if text else ""
    message = _message(body, here, now, words, kind=kind, stream=stream)
    return replace(message, media=_media(body))


def media_url(media: Media) -> str:
    """Where it is for five minutes, sealed (WeCom doc 100719)."""
    return media.handle.get("url", "")


def _media(body: Body) -> tuple[Media, ...]:
    """Of a voice message there is only WeCom's transcript."""
    listed = _part(body, "mixed").get("msg_item")
    items = listed[:_MOST_MEDIA] if isinstance(listed, list) else []
    found = (
        Media(kind, {"url": url})
        for item in (body, *items)
        if isinstance(item, dict)
        for kind in ("image", "file", "video")
        if 0 < len(url := _text(_part(item, kind), "url")) <= _MAX_URL
    )
    return tuple(found)


def stream(address: Address) -> str:
    """The id under which WeCom fetches the reply."""
    return address.data.get("stream", "")


def response_url(address: Address) -> str:
    """Where a reply can be sent once; empty: nowhere. Holds a secret."""
    return address.data.get("response_url", "")


def _message(
    body: Body, here: Conversation, now: float, text: str, *, kind: str = "text", stream: str = ""
) -> Message:
    """`stream` is where WeCom will fetch the reply; empty: it goes to the response_url."""
    url = _text(body, "response_url")
    data = {"stream": stream, "response_url": url if len(url) <= _MAX_URL else ""}
    return Message(
        id=_required(body, "msgid"),
        conversation=_conversation(body, here),
        text=text,
        sent_at=now,
        address=Address(data, now + RESPONSE_LIFE_S, own=True),
        kind=kind,
        sender=_sender(body),
    )


def _event(body: Body, here: Conversation, now: float) -> Message | Opinion | Ignored | Entered:
    event = _part(body, "event")
    kind = _text(event, "eventtype")
    if kind == "enter_chat":
        return Entered(_conversation(body, here), _required(body, "msgid"))
    if kind == "template_card_event":
        return _picked(body, _part(event, kind), here, now)
    if kind == "feedback_event":
        return _opinion(body, _part(event, kind), here, now)
    return Ignored(f"event {_name(kind)}: not known")


def _picked(body: Body, card: Body, here: Conversation, now: float) -> Message | Ignored:
    """A click on a card. It opens no stream: WeCom takes nothing on the spot but a change of the card."""
    items = _list(_part(card, "selected_items"), "selected_item")
    options = (option for item in items for option in _list(_part(item, "option_ids"), "option_id"))
    words = (option for option in options if isinstance(option, str))
    text = template_card.picked(_text(card, "task_id"), _text(card, "event_key"), map(_clean, words))
    if not text:
        return Ignored("event template_card_event: of a card that is not ours")
    return _message(body, here, now, text)


def _opinion(body: Body, feedback: Body, here: Conversation, now: float) -> Opinion | Ignored:
    """What somebody thinks of a reply, which bears the reply's own id."""
    reply, verdict = _text(feedback, "id"), feedback.get("type")
    if not _REPLY.fullmatch(reply):
        return Ignored("event feedback_event: of a reply that is not ours")
    if verdict not in (_GOOD, _BAD):
        return Ignored("event feedback_event: an opinion that was taken back")
    reasons = [str(reason) for reason in _list(feedback, "inaccurate_reason_list") if type(reason) is int]
    words = [_text(feedback, "content").strip(), f"WeCom's reasons {', '.join(reasons)}" if reasons else ""]
    return Opinion(
        conversation=_conversation(body, here),
        reply=reply,
        good=verdict == _GOOD,
        at=now,
        words="; ".join(filter(None, words))[:_MAX_WORDS],
    )


def _conversation(body: Body, here: Conversation) -> Conversation:
    return Conversation(here.tenant, here.channel, _group(body) or _sender(body))


def _sender(body: Body) -> str:
    """A userid is case-insensitive, and some of WeCom's answers hold it in lower case (WeCom doc 90236)."""
    return _required(_part(body, "from"), "userid").lower()


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
    items = _list(_part(body, "mixed"), "msg_item")
    texts = (_spoken(item).strip() for item in items if isinstance(item, dict))
    return "\n".join(text for text in texts if text)


def _quoted(body: Body) -> str:
    """The line that the customer points at, in front of what they say about it."""
    quote = _part(body, "quote")
    kind = _text(quote, "msgtype")
    text = " ".join(_WORDS[kind](quote).split()) if kind in _WORDS else ""
    cut = text if len(text) <= _QUOTE_CHARS else f"{text[:_QUOTE_CHARS]}…"
    return f"「{cut}」\n" if cut else ""


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


def _part(body: Any, key: str) -> Body:
    part = body.get(key) if isinstance(body, dict) else None
    return part if isinstance(part, dict) else {}


def _list(body: Body, key: str) -> list[Any]:
    value = body.get(key)
    return value if isinstance(value, list) else []


def _text(body: Body, key: str) -> str:
    """A text; anything else counts as missing."""
    value = body.get(key)
    return _clean(value) if isinstance(value, str) else ""


def _clean(text: str) -> str:
    """JSON can hold half a surrogate pair, which can't be stored."""
    return text.encode(errors="replace").decode()


def _required(body: Body, key: str) -> str:
    value = _text(body, key)
    if not 0 < len(value) <= _MAX_ID:
        raise BadRequest(f"{key} is missing or too long")
    return value


def _name(text: str) -> str:
    """For the log: what does not look like a name is not repeated."""
    return text if _TYPE.fullmatch(text) else "without a name"
