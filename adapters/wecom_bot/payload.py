"""Reading what WeCom's bot sends (WeCom docs 100719, 101027). Its field names stop here, and in `replies`."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from adapters import template_card
from adapters.body import Body, list_at, object_at, read, storable, text_at
from adapters.quote import quoted
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
_GOOD, _BAD = 1, 2


def encrypted(content: bytes) -> str:
    """The sealed text in a callback's body. Raises BadRequest."""
    body = read(content)
    sealed = text_at(body, "encrypt") or text_at(body, "Encrypt")  # WeCom's own plugin takes both
    if not sealed:
        raise BadRequest("encrypt is missing")
    return sealed


def parse(
    content: bytes, *, tenant: str, channel: str, now: float
) -> Message | Opinion | Ignored | Query | Entered:
    """What is in an opened callback. A message bears no time, so it was sent `now`. Raises BadRequest."""
    body = read(content)
    kind = text_at(body, "msgtype")
    here = Conversation(tenant, channel, "")
    if kind == "event":
        return _event(body, here, now)
    if kind == "stream":
        return Query(_required(object_at(body, "stream"), "id"))
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
    items = list_at(object_at(body, "mixed"), "msg_item")[:_MOST_MEDIA]
    found = (
        Media(kind, {"url": url})
        for item in (body, *items)
        if isinstance(item, dict)
        for kind in ("image", "file", "video")
        if 0 < len(url := text_at(object_at(item, kind), "url")) <= _MAX_URL
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
    url = text_at(body, "response_url")
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
    event = object_at(body, "event")
    kind = text_at(event, "eventtype")
    if kind == "enter_chat":
        return Entered(_conversation(body, here), _required(body, "msgid"))
    if kind == "template_card_event":
        return _picked(body, object_at(event, kind), here, now)
    if kind == "feedback_event":
        return _opinion(body, object_at(event, kind), here, now)
    return Ignored(f"event {_name(kind)}: not known")


def _picked(body: Body, card: Body, here: Conversation, now: float) -> Message | Ignored:
    """A click on a card. It opens no stream: WeCom takes nothing on the spot but a change of the card."""
    items = list_at(object_at(card, "selected_items"), "selected_item")
    options = (option for item in items for option in list_at(object_at(item, "option_ids"), "option_id"))
    words = (option for option in options if isinstance(option, str))
    text = template_card.picked(text_at(card, "task_id"), text_at(card, "event_key"), map(storable, words))
    if not text:
        return Ignored("event template_card_event: of a card that is not ours")
    return _message(body, here, now, text)


def _opinion(body: Body, feedback: Body, here: Conversation, now: float) -> Opinion | Ignored:
    """What somebody thinks of a reply, which bears the reply's own id."""
    reply, verdict = text_at(feedback, "id"), feedback.get("type")
    if not _REPLY.fullmatch(reply):
        return Ignored("event feedback_event: of a reply that is not ours")
    if verdict not in (_GOOD, _BAD):
        return Ignored("event feedback_event: an opinion that was taken back")
    reasons = [str(reason) for reason in list_at(feedback, "inaccurate_reason_list") if type(reason) is int]
    words = [text_at(feedback, "content").strip(), f"WeCom's reasons {', '.join(reasons)}" if reasons else ""]
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
    return _required(object_at(body, "from"), "userid").lower()


def _group(body: Body) -> str:
    """The group's id; empty one to one."""
    return _required(body, "chatid") if text_at(body, "chattype") == "group" else ""


def _words(body: Body, kind: str) -> str:
    """What was said. In a group it begins with the bot's name, which no question needs."""
    text = _WORDS[kind](body).strip()
    if text_at(body, "chattype") == "group" and (mention := _MENTION.match(text)):
        text = text[mention.end() :]
    return text


def _spoken(body: Body) -> str:
    return text_at(object_at(body, "text"), "content")


def _mixed(body: Body) -> str:
    items = list_at(object_at(body, "mixed"), "msg_item")
    texts = (_spoken(item).strip() for item in items if isinstance(item, dict))
    return "\n".join(text for text in texts if text)


def _quoted(body: Body) -> str:
    quote = object_at(body, "quote")
    kind = text_at(quote, "msgtype")
    return quoted(_WORDS[kind](quote)) if kind in _WORDS else ""


def _recognised(body: Body) -> str:
    """WeCom's own transcript of a voice message."""
    return text_at(object_at(body, "voice"), "content")


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


def _required(body: Body, key: str) -> str:
    value = text_at(body, key)
    if not 0 < len(value) <= _MAX_ID:
        raise BadRequest(f"{key} is missing or too long")
    return value


def _name(text: str) -> str:
    """For the log: what does not look like a name is not repeated."""
    return text if _TYPE.fullmatch(text) else "without a name"
