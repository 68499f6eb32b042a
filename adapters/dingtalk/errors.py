"""DingTalk's error codes, and what each means to us (docs "robot send", 2026-06-30; "cards", 2026-06-04)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from adapters.access import CredentialsRefused, TokenRefused
from adapters.verdict import Verdict, later, never
from bot.errors import Refused, Throttled


class TooFast(Throttled):
    """DingTalk takes no more calls at the moment, and did nothing."""


class CardExists(Refused):
    """The card was made before."""


MENDING_S: Final = 60.0
"""Until we try again what only the operator can mend: the reply is not at fault, so it waits for them."""

WRONG_PAIR: Final = Verdict(
    CredentialsRefused,
    "Client ID or Secret is wrong; write the app's own as client_id, client_secret",
    MENDING_S,
)

OPENAPI_ERRORS: Final[Mapping[str, Verdict]] = {
    # The token died; `Access` fetches another, once.
    "InvalidAuthentication": Verdict(TokenRefused, "the access token is not valid"),
    # It passes by itself: an official remedy is to wait a second or more.
    "QpsLimitForAppkeyAndApi": Verdict(TooFast, "too many calls in a second", 1),
    "QpsLimitForApi": Verdict(TooFast, "DingTalk itself is called too often", 1),
    "QpmLimitForAppkeyAndApi": Verdict(TooFast, "too many calls in a minute", 10),
    "QpsLimitForSuitekeyAndOrgAndApi": Verdict(TooFast, "too many calls in a second", 1),
    "send.too.fast": later("messages follow each other too fast", 2),
    "send.byToken.tooFast": later("messages follow each other too fast", 2),
    "system.error": later("DingTalk has a fault of its own", 1),
    # The operator can mend it while the reply waits.
    "invalidClientIdOrSecret": WRONG_PAIR,
    "authFailed": WRONG_PAIR,  # the stream gateway's name for the same
    "AccessTokenPermissionDenied": later("the app lacks a permission; grant qyapi_robot_sendmsg", MENDING_S),
    "IpNotInWhiteList": later("our address is not allowed; add it to the app's list", MENDING_S),
    "invalidParameter.robotCode.empty": later("the RobotCode is missing; write robot_code", MENDING_S),
    "invalidParameter.robotCode.invalid": later("the RobotCode is wrong; write robot_code", MENDING_S),
    "invalidParameter.robotCode.notExsit": later("there is no such RobotCode; write robot_code", MENDING_S),
    "invalidParameter.robotCode.auth": later("the RobotCode is not this corp's; write robot_code", MENDING_S),
    # The month is over for this corp: waiting a minute will not help.
    "ApiCountLimitForOrg": never("the month's quota of calls is used up"),
    # This message will not go, however often we try.
    "invalidParameter.robotCode.downloadCode": never("there is no such file, or not any more"),
    "invalidParameter.userIds.empty": never("there is nobody to send to"),
    "invalidParameter.userIds.overMax": never("too many receivers"),
    "invalidParameter.msgKey.empty": never("the message has no type"),
    "invalidParameter.msgKey.invalid": never("the message's type is not valid"),
    "invalidParameter.msgParam.invalid": never("the message is not valid"),
    "invalidParameter.msgParam.tooLong": never("the message is too long"),
    "invalidParameter.msgBody.invalid": never("the message is not valid"),
    "invalidParameter.token.invalid": never("a parameter is not valid"),
    "staffId.notExisted": never("there is no such user"),
    "invalid.openConversationId": never("there is no such group"),
    "conversation.org.notMatch": never("the group is another corp's"),
    "robot.oto.notExist": never("the robot has no chat with this user"),
    "chatbotId.notAllow.sendOTO": never("the robot may not write to single users"),
    "bot.stopped": never("the robot is stopped"),
    "bot.forbidden.sendMessage": never("the robot may not send"),
    "send.forbidden": never("sending is forbidden here"),
    "contain.notAllowed.text": never("DingTalk's moderation did not take the text"),
    "contain.notAllowed.picture": never("DingTalk's moderation did not take the picture"),
    "contain.notAllowed.content": never("DingTalk's moderation did not take the content"),
    "contain.unsafe.url": never("DingTalk's moderation did not take a link"),
    "session.notExisted": never("the session is unknown"),
    "session.expired": never("the session is over"),
    "robot.processQueryKey.expired": never("the message is too old to be asked about"),
    "invalid.processQueryKey": never("there is no such message to ask about"),
    "invalidParameter.processQueryKeys.overMax": never("too many messages to ask about"),
    "Missingbody": never("the request has no body"),
}
"""By `code`; those that begin with "Forbidden.AccessDenied." by their last word."""

CARD_ERRORS: Final[Mapping[str, Verdict]] = {
    # It was made by a try whose answer we never got, or by another process.
    "param.cardAlreadyExist": Verdict(CardExists, "the card was made before"),
    "system.busy": later("DingTalk is busy", 1),
    # No card, then: the same words go as an ordinary message, which the operator need not mend anything for.
    "AccessTokenPermissionDenied": never(
        "the app lacks a permission; grant Card.Instance.Write and Card.Streaming.Write"
    ),
    "param.cardTemplateIdEmpty": never("the template is missing; write card_template_id"),
    "param.templateNotExist": never("there is no such template; write card_template_id"),
    "param.templateUnpublished": never("the template is not published; publish it"),
    "param.cardNotExist": never("there is no such card"),
    "param.contentUnsafe": never("DingTalk's moderation did not take the text"),
    "param.userIdNotExist": never("there is no such user"),
    "param.outTrackIdEmpty": never("the card has no id"),
    "param.openSpaceIdEmpty": never("the card has no place to go to"),
    "param.openSpaceIdInvalid": never("the card's place is not valid"),
    "param.cardDataAndPrivateDataBothEmpty": never("the card is empty"),
    "param.stream.keyEmpty": never("the variable has no name; write card_key"),
    "param.stream.contentEmpty": never("the text is empty"),
    "param.stream.guidEmpty": never("the update has no id"),
    "param.stream.outTrackId": never("the card's id is not valid"),
    "param.stream.isFull": never("the update is not valid"),
    "param.stream.content": never("the text is too long for a card"),
}
"""The same, of what is asked about cards; what is not here means what it means elsewhere."""

_DENIED: Final = "Forbidden.AccessDenied."

WEBHOOK_ERRORS: Final[Mapping[int, Verdict]] = {
    # It passes by itself.
    -1: later("DingTalk is busy", 1),
    90002: Verdict(Throttled, "DingTalk itself is called too often", 1),
    90018: Verdict(Throttled, "too many calls in a second", 1),
    130101: later("more than 20 messages in a minute", 60),
    410100: later("messages follow each other too fast", 60),
    660026: later("messages follow each other too fast", 60),
    # This message will not go by any door.
    40035: never("the message is not valid"),
    43004: never("the message's content type is not valid"),
    101002: never("the message is too long"),
    460101: never("the message is too long"),
    430101: never("DingTalk's moderation did not take a link"),
    430102: never("DingTalk's moderation did not take the text"),
    430103: never("DingTalk's moderation did not take the picture"),
    430104: never("DingTalk's moderation did not take the content"),
    400013: never("the group is dissolved"),
    400102: never("the robot is stopped"),
    400106: never("the robot is gone"),
}
"""By `errcode`, in HTTP 200. Any other, above all 300001 (no such session) and 90030 (the webhooks' own
quota), says that this door is shut and nothing was sent: the OpenAPI is tried."""

UNKNOWN: Final = never("a code that we do not know")
"""What passes has a 5xx or a code above; an unknown 4xx is about the message, and ends where it is seen."""

BANNED_S: Final = 300.0
"""How long an address is shut out that called 10 000 times in 20 s."""

_NUMBER: Final = re.compile(r"-?[0-9]{1,9}")
_CODE: Final = re.compile(r"[A-Za-z0-9_.-]{1,80}")


def openapi_verdict(status: int, answer: Mapping[str, Any]) -> Verdict:
    """What an answer other than a good 200 means."""
    known = OPENAPI_ERRORS.get(_name(answer))
    if known is not None:
        return known
    if is_ban(answer):
        return Verdict(Throttled, "our address is shut out for a while", BANNED_S)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.TOO_MANY_REQUESTS:
        return later("DingTalk has a fault of its own", 1)
    return UNKNOWN


def card_verdict(status: int, answer: Mapping[str, Any]) -> Verdict:
    """What an answer other than a good 200 means, when it was about a card."""
    return CARD_ERRORS.get(_name(answer)) or openapi_verdict(status, answer)


def webhook_verdict(code: str) -> Verdict | None:
    """By `errcode`; None when the door is shut and another may be open."""
    return WEBHOOK_ERRORS.get(int(code)) if _NUMBER.fullmatch(code) else None


def _name(answer: Mapping[str, Any]) -> str:
    return str(answer.get("code", "")).removeprefix(_DENIED)


def is_ban(answer: Mapping[str, Any]) -> bool:
    """DingTalk's shield speaks a dialect of its own, with `status` and no code."""
    return answer.get("punish") == "deny"


def code_name(code: object) -> str:
    """For the log: what does not look like a code is not repeated."""
    return str(code) if _CODE.fullmatch(str(code)) else "without a code"
