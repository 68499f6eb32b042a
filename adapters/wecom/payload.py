"""Reading what WeCom sends: XML in XML (WeCom docs 90238, 90239, 90240). Its field names stop here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from adapters.wecom.xml import field, matching, read, shown
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


def parse(content: bytes, *, tenant: str, channel: str) -> Message | Ignored:
    """What is in an opened callback. Events and unknown types are ignored. Raises BadRequest."""
    xml = read(content)
    kind = field(xml, "MsgType")
    if kind == "event":
        return Ignored(f"event {shown(field(xml, 'Event'))}")
    if kind not in _WORDS:
        return Ignored(f"unknown type {shown(kind)}")
    text = field(xml, _WORDS[kind]).strip() if _WORDS[kind] else ""
    if kind == "text" and not text:
        return Ignored("a text without words")
    user = matching(xml, "FromUserName", _USER)
    # A userid is case-insensitive, and some of WeCom's answers hold it in lower case (WeCom doc 90236).
    customer = user.lower()
    return Message(
        id=matching(xml, "MsgId", _ID),
        conversation=Conversation(tenant, channel, customer),
        text=text,
        sent_at=float(matching(xml, "CreateTime", _SECONDS)),
        address=Address({"user": user}),
        kind=kind,
        sender=customer,
    )


def user(address: Address) -> str:
    """The userid that a reply goes to."""
    return address.data.get("user", "")
