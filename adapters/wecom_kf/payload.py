"""Reading what 微信客服 holds for us (WeCom doc 94670). Its field names stop here.

One bad entry must not stop the account: whatever can't be read is ignored, with its reason.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from adapters.body import storable
from adapters.wecom.xml import field, read, shown
from bot.channel import Notice, Page, Wake
from bot.errors import BadRequest, Unavailable
from bot.types import Address, Conversation, Ignored, Media, Message

ENTERED: Final = "entered"
"""A customer opened the chat; `code` lets us greet them."""
SEND_FAILED: Final = "send_failed"
"""A message that WeCom took did not reach the customer: `key` is ours, `reason` its number."""
PERSON_LEFT: Final = "person_left"
"""A servicer ended the session; `code` lets us say who answers now."""
SEND_WINDOW_S: Final = 48 * 3600.0
"""How long after their last message a customer can be written to (WeCom doc 94677)."""
MOST_PARTS: Final = 5
"""That WeCom takes until the customer writes again (doc 94677)."""

_CUSTOMER, _SYSTEM = 3, 4
_ENDED: Final = 3
"""`change_type` of `session_status_change`."""
_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,128}")
_WORDS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "text": ("text", ("content",)),
    "image": ("image", ()),
    "voice": ("voice", ()),
    "video": ("video", ()),
    "file": ("file", ()),
    "location": ("location", ("name", "address")),
    "link": ("link", ("title",)),
    "miniprogram": ("link", ("title",)),
    "channels": ("link", ("title",)),
    "channels_shop_product": ("link", ("title",)),
    "channels_shop_order": ("link", ("product_titles",)),
    "merged_msg": ("other", ("title",)),
}
"""Each type of message: our kind, and the fields that hold its words. The rest is asked about."""

_UNANSWERED: Final[Mapping[str, str]] = {
    "enter_session": "without a code: WeCom takes no welcome from us now",
    "servicer_status_change": "who is on duty is WeCom's to know",
    "session_status_change": "who has a session is asked when its customer writes",
    "user_recall_msg": "what was withdrawn may be answered already",
    "servicer_recall_msg": "what a person said is not ours",
    "reject_customer_msg_switch_change": "a person's own switch",
}
"""Each event that needs nothing of ours, and why."""

_CARRY: Final = frozenset({"image", "voice", "video", "file"})
"""Types that bring something to be fetched, within three days."""
_MAX_MEDIA_ID: Final = 512


def wake(content: bytes, *, tenant: str, channel: str, accounts: tuple[str, ...]) -> Wake | Ignored:
    """What an opened callback says. Raises BadRequest."""
    xml = read(content)
    event = field(xml, "Event")
    if event != "kf_msg_or_event":
        return Ignored(f"event {shown(event)}")
    # The older form names no account (WeCom doc 94670); with one of our own it can only be that.
    account = field(xml, "OpenKfId") or (accounts[0] if len(accounts) == 1 else "")
    if not account:
        return Ignored("names no account; ours are looked at in turn")
    if not _ID.fullmatch(account):
        raise BadRequest("OpenKfId is not of its form")
    token = field(xml, "Token")
    return Wake(Conversation(tenant, channel, account), token if len(token) <= 128 else "")


def page(answer: Mapping[str, Any], *, account: Conversation) -> Page:
    """One answer of `sync_msg`. Raises Unavailable when it is no page at all."""
    entries, cursor = answer.get("msg_list", []), answer.get("next_cursor", "")
    if not isinstance(entries, list) or not isinstance(cursor, str):
        raise Unavailable("WeCom gave no page of messages")
    received = tuple(_entry(entry, account) for entry in entries)
    return Page(received, cursor, bool(answer.get("has_more")))


def parties(conversation: Conversation) -> tuple[str, str]:
    """Whose conversation it is: open_kfid and external_userid."""
    account, _, person = conversation.customer.partition("/")
    return account, person


def media_id(media: Media) -> str:
    """What WeCom keeps it under."""
    return media.handle.get("media_id", "")


def account_of(address: Address) -> tuple[str, str]:
    """Where a reply goes: open_kfid and external_userid."""
    return address.data.get("account", ""), address.data.get("customer", "")


def _entry(entry: Any, account: Conversation) -> Message | Ignored | Notice:
    if not isinstance(entry, dict):
        return Ignored("an entry that is no object")
    try:
        if entry.get("msgtype") == "event":
            return _event(_object(entry, "event"), _seconds(entry), account)
        if entry.get("origin") != _CUSTOMER:
            return Ignored("not from the customer")
        return _message(entry, account)
    except BadRequest as error:
        return Ignored(str(error))


def _message(entry: Mapping[str, Any], account: Conversation) -> Message:
    type_ = str(entry.get("msgtype"))
    kind, names = _WORDS.get(type_, ("other", ()))
    content = _object(entry, type_) if names else {}
    words = (content.get(name) for name in names)
    text = storable(" ".join(word.strip() for word in words if isinstance(word, str))).strip()
    if kind == "text" and not text:
        raise BadRequest("a text without words")
    sent_at, person = _seconds(entry), _id(entry, "external_userid")
    return Message(
        id=_id(entry, "msgid"),
        conversation=_conversation(account, person),
        text=text,
        sent_at=sent_at,
        address=Address(
            {"account": account.customer, "customer": person}, sent_at + SEND_WINDOW_S, MOST_PARTS
        ),
        kind=kind,
        sender=person,
        media=_media(entry.get(kind), kind),
    )


def _media(content: Any, kind: str) -> tuple[Media, ...]:
    id_ = content.get("media_id") if kind in _CARRY and isinstance(content, dict) else None
    if not isinstance(id_, str) or not 0 < len(id_) <= _MAX_MEDIA_ID:
        return ()
    return (Media(kind, {"media_id": storable(id_)}),)


def _event(event: Mapping[str, Any], at: float, account: Conversation) -> Notice | Ignored:
    kind = str(event.get("event_type"))
    if kind == "enter_session" and isinstance(code := event.get("welcome_code"), str) and code:
        person = _conversation(account, _id(event, "external_userid"))
        return Notice(ENTERED, person, at, {"code": code})
    if kind == "msg_send_fail":
        person = _conversation(account, _id(event, "external_userid"))
        data = {"key": _id(event, "fail_msgid"), "reason": str(event.get("fail_type"))[:8]}
        return Notice(SEND_FAILED, person, at, data)
    if kind == "session_status_change" and event.get("change_type") == _ENDED:
        return _person_left(event, at, account)
    return Ignored(f"event {shown(kind)}: {_UNANSWERED.get(kind, 'not known')}")


def _person_left(event: Mapping[str, Any], at: float, account: Conversation) -> Notice | Ignored:
    """A session that ended by itself names no servicer, and then nobody left."""
    code, servicer = event.get("msg_code"), event.get("old_servicer_userid")
    if not (isinstance(code, str) and code and servicer):
        return Ignored("event session_status_change: it ended by itself")
    return Notice(PERSON_LEFT, _conversation(account, _id(event, "external_userid")), at, {"code": code})


def _conversation(account: Conversation, person: str) -> Conversation:
    """A customer may write to several accounts: each is a conversation of its own."""
    return Conversation(account.tenant, account.channel, f"{account.customer}/{person}")


def _object(entry: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = entry.get(name)
    if not isinstance(value, dict):
        raise BadRequest(f"{shown(name)} is missing")
    return value


def _id(entry: Mapping[str, Any], name: str) -> str:
    value = entry.get(name)
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise BadRequest(f"{name} is missing or not of its form")
    return value


def _seconds(entry: Mapping[str, Any]) -> float:
    value = entry.get("send_time")
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 1 << 40:
        raise BadRequest("send_time is missing or not of its form")
    return float(value)
