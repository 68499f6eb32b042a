"""What the error codes around kf mean to us (WeCom docs 94670, 94677, 94669, 90313)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from adapters.verdict import Verdict, later, never
from adapters.wecom import errors as wecom
from bot.errors import Refused, Unavailable


class TokenStale(Unavailable):
    """The token of the callback is over its ten minutes."""


class SentBefore(Refused):
    """WeCom has a message of this msgid already: an earlier try of ours got through."""


_MENDING_S: Final = wecom.MENDING_S

ERRORS: Final[Mapping[int, Verdict]] = {
    # The operator can mend it while messages wait, here or on WeCom's side.
    48002: later("the app may not call 微信客服; allow it under 可调用接口的应用", _MENDING_S),
    60011: later("the app may not use this kf account; give it the account in the console", _MENDING_S),
    95000: later("the open_kfid is not valid; correct it under accounts", _MENDING_S),
    95004: later("there is no such kf account; correct it under accounts", _MENDING_S),
    95011: later("the kf account is used within WeCom; give it to the app in the console", _MENDING_S),
    95012: later("微信客服 is not in use; turn it on in the console", _MENDING_S),
    95017: later("the kf interface is switched off; turn it on in the console", _MENDING_S),
    # The callback's token died; the client asks without one, once.
    95007: Verdict(TokenStale, "the callback's token is over its time"),
    # This message will not go, however often we try.
    40096: never("there is no such customer"),
    95001: never("five messages are with the customer, who has to write first"),
    95002: never("the customer wrote more than 48 hours ago"),
    95013: never("the session has ended"),
    95014: never("nobody serves this account"),
    95018: never("a person has the conversation, or it has ended"),
}

SEND_FAILURES: Final[Mapping[str, str]] = {
    "0": "for an unknown reason",
    "1": "the kf account was deleted",
    "2": "the app was closed",
    "4": "the customer wrote more than 48 hours ago",
    "5": "the session is over",
    "6": "five messages are with the customer already",
    "7": "no 视频号 is bound",
    "8": "the corp is not verified",
    "9": "for a reason of older times",
    "10": "the customer refuses messages",
    "11": "no member is logged in to the app",
    "12": "this type of message is not allowed here",
    "13": "over a safety limit of WeCom's",
}
"""By `fail_type` of `msg_send_fail` (WeCom doc 94670)."""


def judge(code: str, text: str, *, repeated: frozenset[int]) -> Verdict:
    """What an `errcode` other than 0 means.

    WeCom refuses a msgid that it has already, and documents no number for it: `repeated` holds those that
    the operator saw; and a number that nobody knows, on a text about the msgid, is taken for one.
    """
    number = int(code) if wecom.NUMBER.fullmatch(code) else 0
    if number in repeated:
        return _SENT_BEFORE
    if number in ERRORS:
        return ERRORS[number]
    verdict = wecom.verdict(code)
    if verdict is wecom.UNKNOWN and "msgid" in text.lower():
        return _SENT_BEFORE
    return verdict


_SENT_BEFORE: Final = Verdict(SentBefore, "this msgid was sent before")
