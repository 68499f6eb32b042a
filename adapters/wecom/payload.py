"""Reading what WeCom sends: XML in XML (WeCom docs 90238, 90239, 90240). Its field names stop here."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final
from xml.etree.ElementTree import Element

from adapters import template_card
from adapters.wecom.xml import field, matching, read, shown
from bot.types import Address, Conversation, Ignored, Media, Message

_WORDS: Final[Mapping[str, str]] = {
    "text": "Content",
    "image": "",
    "voice": "",  # WeCom does not transcribe what is sent to an app
    "video": "",
    "location": "Label",
    "link": "Title",
}
"""Each type of message, with the field that holds its words."""

_CARRY: Final = frozenset({"image", "voice", "video"})
"""Types that bring something to be fetched. Nobody can send an app a file (WeCom doc 90239)."""
_MAX_MEDIA_ID: Final = 512

_OF_THE_MENU: Final = "the menu's own dialogue, without words for us"
_OF_THE_CORP: Final = "of the address book, not of a customer"
_OF_THE_APP: Final = "how much the app is used, which is the operator's to know"
_UNANSWERED: Final[Mapping[str, str]] = {
    "subscribe": "who opens the chat is welcomed then",
    "unsubscribe": "nobody is there to be answered",
    "LOCATION": "where somebody is, and no question",
    "view": "WeCom opens the page itself",
    "view_miniprogram": "WeCom opens the mini program itself",
    "scancode_push": _OF_THE_MENU,
    "scancode_waitmsg": _OF_THE_MENU,
    "pic_sysphoto": _OF_THE_MENU,
    "pic_photo_or_album": _OF_THE_MENU,
    "pic_weixin": _OF_THE_MENU,
    "location_select": _OF_THE_MENU,
    "template_card_menu_event": "our cards have no menu",
    "batch_job_result": _OF_THE_CORP,
    "change_contact": _OF_THE_CORP,
    "open_approval_change": "an approval, and no question",
    "inactive_alert": _OF_THE_APP,
    "close_inactive_agent": _OF_THE_APP,
    "reopen_inactive_agent": _OF_THE_APP,
    "low_active_alert": _OF_THE_APP,
    "low_active": _OF_THE_APP,
    "active_restored": _OF_THE_APP,
}
"""Each event that needs no answer, and why."""

_USER: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.@-]{0,63}")  # WeCom doc 90195; a "|" would name several
_ID: Final = re.compile(r"[0-9]{1,20}")
_SECONDS: Final = re.compile(r"[0-9]{1,10}")


@dataclass(frozen=True, slots=True)
class Entered:
    """Somebody opened the app's chat."""

    conversation: Conversation
    address: Address
    at: float


def parse(
    content: bytes, *, tenant: str, channel: str, menu: Mapping[str, str]
) -> Message | Entered | Ignored:
    """What is in an opened callback; `menu` says what its entries ask. Raises BadRequest."""
    xml = read(content)
    kind = field(xml, "MsgType")
    here = Conversation(tenant, channel, "")
    if kind == "event":
        return _event(xml, here, menu, digest=hashlib.sha256(content).hexdigest())
    if kind not in _WORDS:
        return Ignored(f"unknown type {shown(kind)}")
    text = field(xml, _WORDS[kind]).strip() if _WORDS[kind] else ""
    if kind == "text" and not text:
        return Ignored("a text without words")
    message = _message(xml, here, text, id_=matching(xml, "MsgId", _ID), kind=kind)
    return replace(message, media=_media(xml, kind))


def media_id(media: Media) -> str:
    """What WeCom keeps it under."""
    return media.handle.get("media_id", "")


def _media(xml: Element, kind: str) -> tuple[Media, ...]:
    id_ = field(xml, "MediaId")
    if kind not in _CARRY or not 0 < len(id_) <= _MAX_MEDIA_ID:
        return ()
    return (Media(kind, {"media_id": id_}),)


def user(address: Address) -> str:
    """The userid that a reply goes to."""
    return address.data.get("user", "")


def _message(xml: Element, here: Conversation, text: str, *, id_: str, kind: str = "text") -> Message:
    conversation, address = _from(xml, here)
    return Message(
        id=id_,
        conversation=conversation,
        text=text,
        sent_at=_at(xml),
        address=address,
        kind=kind,
        sender=conversation.customer,
    )


def _event(
    xml: Element, here: Conversation, menu: Mapping[str, str], *, digest: str
) -> Message | Entered | Ignored:
    """An event has no id (WeCom doc 90240), and two may share sender and second: `digest` is theirs alone."""
    kind = field(xml, "Event")
    if kind == "enter_agent":
        return Entered(*_from(xml, here), _at(xml))
    if kind == "click":
        key = field(xml, "EventKey").strip()
        text = menu.get(key, key)
        return _message(xml, here, text, id_=f"click-{digest}") if text else Ignored("a click on nothing")
    if kind == "template_card_event":
        return _picked(xml, here)
    return Ignored(f"event {shown(kind)}: {_UNANSWERED.get(kind, 'not known')}")


def _picked(xml: Element, here: Conversation) -> Message | Ignored:
    """A click on a card. WeCom gives a code for each, so that a repeated delivery is one message."""
    task, code = field(xml, "TaskId"), field(xml, "ResponseCode")
    options = (option.text or "" for option in xml.iterfind("SelectedItems/SelectedItem/OptionIds/OptionId"))
    text = template_card.picked(task, field(xml, "EventKey"), options)
    if not text:
        return Ignored("event template_card_event: of a card that is not ours")
    digest = hashlib.sha256("\n".join((task, code, text)).encode()).hexdigest()
    return _message(xml, here, text, id_=f"card-{digest}")


def _from(xml: Element, here: Conversation) -> tuple[Conversation, Address]:
    """Whose it is, and where a reply goes.

    A userid is case-insensitive, and some of WeCom's answers hold it in lower case (WeCom doc 90236).
    """
    user = matching(xml, "FromUserName", _USER)
    return Conversation(here.tenant, here.channel, user.lower()), Address({"user": user})


def _at(xml: Element) -> float:
    return float(matching(xml, "CreateTime", _SECONDS))
