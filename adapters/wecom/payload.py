"""Reading what WeCom sends: XML in XML (WeCom docs 90238, 90239, 90240). Its field names stop here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final
from xml.etree.ElementTree import Element, ParseError

from defusedxml import ElementTree

from bot.errors import BadRequest
from bot.types import Address, Conversation, Ignored, Message

_WORDS: Final[Mapping[str, str]] = {
    "text": "Content",
    "image": "",
    "voice": "",  # WeCom does not transcribe what is sent to an app
    "video": "",
    "location": "Label",
    "link": "Title",
}
"""Each type of message, with the field that holds its words."""

_USER: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.@-]{0,63}")  # WeCom doc 90195; a "|" would name several
_ID: Final = re.compile(r"[0-9]{1,20}")
_SECONDS: Final = re.compile(r"[0-9]{1,10}")
_TYPE: Final = re.compile(r"[A-Za-z_]{1,64}")


def encrypted(body: bytes) -> str:
    """The sealed text in a callback's body. Raises BadRequest."""
    return _field(_xml(body), "Encrypt")


def parse(content: bytes, *, tenant: str, channel: str) -> Message | Ignored:
    """What is in an opened callback. Events and unknown types are ignored. Raises BadRequest."""
    xml = _xml(content)
    kind = _field(xml, "MsgType")
    if kind == "event":
        return Ignored(f"event {_name(_field(xml, 'Event'))}")
    if kind not in _WORDS:
        return Ignored(f"unknown type {_name(kind)}")
    text = _field(xml, _WORDS[kind]).strip() if _WORDS[kind] else ""
    if kind == "text" and not text:
        return Ignored("a text without words")
    user = _matching(xml, "FromUserName", _USER)
    # A userid is case-insensitive, and some of WeCom's answers hold it in lower case (WeCom doc 90236).
    customer = user.lower()
    return Message(
        id=_matching(xml, "MsgId", _ID),
        conversation=Conversation(tenant, channel, customer),
        text=text,
        sent_at=float(_matching(xml, "CreateTime", _SECONDS)),
        address=Address({"user": user}),
        kind=kind,
        sender=customer,
    )


def user(address: Address) -> str:
    """The userid that a reply goes to."""
    return address.data.get("user", "")


def _xml(content: bytes) -> Element:
    try:
        root: Element = ElementTree.fromstring(content, forbid_dtd=True)
    except (ParseError, ValueError, LookupError):
        # ValueError: entities and a DTD (defusedxml), NUL bytes, odd encodings; LookupError: unknown ones.
        raise BadRequest("the body is no XML that we take (-40002)") from None
    return root


def _field(xml: Element, name: str) -> str:
    return xml.findtext(name) or ""


def _matching(xml: Element, name: str, form: re.Pattern[str]) -> str:
    value = _field(xml, name)
    if not form.fullmatch(value):
        raise BadRequest(f"{name} is missing or not of its form")
    return value


def _name(text: str) -> str:
    """For the log: what does not look like a name is not repeated."""
    return text if _TYPE.fullmatch(text) else "without a name"
