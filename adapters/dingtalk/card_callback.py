"""What a customer pressed on a card (doc "card callbacks"). DingTalk's field names stop here.

A template's buttons are known by the ids of their actions, or by a parameter `action`: `good` and `bad` (what
the customer thinks of the reply), `handoff`, and `ask` with a parameter `text` (a suggested question).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any, Final

from adapters.body import Body, read
from adapters.dingtalk.payload import id_at, word_at
from adapters.dingtalk.route import Route
from adapters.dingtalk.track import Tracks
from bot.errors import BadRequest
from bot.types import Conversation, Ignored, Message, Opinion
from bot.wording import A_PERSON_PLEASE, SORRY, THANKS

_OPINIONS: Final = {"good": True, "bad": False}
_REPEATED_WITHIN_S: Final = 600.0
"""DingTalk calls again within seconds; a customer who presses again later means it."""
_HAND_OFF: Final = "handoff"
_ASK: Final = "ask"
_MAX_TEXT: Final = 500
_SPACE: Final = "IM_GROUP."
_STAFF_IDS: Final = ("", "1")
"""Of `userIdType`; 2 is a union id, which can't be written to."""


def parse(
    content: bytes, tracks: Tracks, *, tenant: str, channel: str, now: float
) -> Message | Opinion | Ignored:
    """What was meant. Raises BadRequest."""
    body = read(content)
    track, user = id_at(body, "outTrackId"), id_at(body, "userId")
    customer = next((one for one in _customers(body, user) if tracks.reply(track, one)), "")
    if not customer:
        return Ignored("a button of a card that is not this conversation's")
    conversation = Conversation(tenant, channel, customer)
    action, text = _pressed(body)
    if action in _OPINIONS:
        return Opinion(conversation, tracks.reply(track, customer), _OPINIONS[action], now)
    said = {_HAND_OFF: A_PERSON_PLEASE, _ASK: text}.get(action, "")
    if not said:
        return Ignored("a button that means nothing to us")
    staff = user if word_at(body, "userIdType") in _STAFF_IDS else ""
    group = "" if customer == user else customer
    return Message(
        id=_id_of(track, user, action, said, str(now // _REPEATED_WITHIN_S)),
        conversation=conversation,
        text=said,
        sent_at=now,
        address=Route("", 0.0, staff, group).address(),
        sender=user,
    )


def _id_of(*pressed: str) -> str:
    """A press has no id. The same one within a while is a repeated callback, and later a new one."""
    return "card:" + hashlib.sha256("\n".join(pressed).encode()).hexdigest()[:32]


def update(received: object) -> dict[str, Any]:
    """The card as it is to look from now on to whoever pressed; `thanks` and `opinion` are its variables."""
    changed: dict[str, str] = {}
    if isinstance(received, Opinion):
        changed = {
            "opinion": "good" if received.good else "bad",
            "thanks": THANKS if received.good else SORRY,
        }
    return {
        "cardData": {"cardParamMap": {}},
        "userPrivateData": {"cardParamMap": changed},
        "cardUpdateOptions": {"updateCardDataByKey": True, "updatePrivateDataByKey": True},
    }


def _customers(body: Body, user: str) -> Iterator[str]:
    """Whose the card may be; its id tells. Of a group, the space's id may come with its kind before it."""
    space = id_at(body, "spaceId")
    yield from (one for one in (space.rpartition(_SPACE)[2], user) if one)


def _pressed(body: Body) -> tuple[str, str]:
    """The action's name, and the text that came with it."""
    private = _object(_object(body, "content"), "cardPrivateData")
    params, ids = _object(private, "params"), private.get("actionIds")
    names = [word_at(params, "action"), *(ids if isinstance(ids, list) else [])]
    action = next((name for name in (*_OPINIONS, _HAND_OFF, _ASK) if name in names), "")
    return action, word_at(params, "text").strip()[:_MAX_TEXT]


def _object(body: Body, key: str) -> Body:
    """An object, or the JSON text of one; empty when it is neither."""
    value = body.get(key)
    if isinstance(value, str):
        try:
            value = read(value.encode(errors="replace"))
        except BadRequest:
            return {}
    return value if isinstance(value, dict) else {}
