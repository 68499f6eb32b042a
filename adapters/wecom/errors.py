"""WeCom's error codes, and what each means to us (WeCom doc 90313)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from adapters.access import CredentialsRefused, TokenRefused
from adapters.verdict import Verdict, later, never
from bot.errors import Throttled

MENDING_S: Final = 60.0
"""Until we try again what only the operator can mend: the reply is not at fault, so it waits for them."""

ERRORS: Final[Mapping[int, Verdict]] = {
    # It passes by itself (WeCom docs 90313, 90454).
    -1: later("WeCom is busy", 1),
    45009: Verdict(Throttled, "we called too often", 60),
    45033: Verdict(Throttled, "too many calls at once", 1),
    # The token died early; `Access` fetches another, once (WeCom doc 91039).
    40014: Verdict(TokenRefused, "the access token is not valid"),
    41001: Verdict(TokenRefused, "the access token is missing"),
    42001: Verdict(TokenRefused, "the access token is over its time"),
    # The operator can mend it while the reply waits.
    40001: Verdict(CredentialsRefused, "the Secret is wrong; write the app's own as secret", MENDING_S),
    40013: Verdict(CredentialsRefused, "the 企业ID is wrong; write yours as corp_id", MENDING_S),
    40091: Verdict(CredentialsRefused, "the Secret is no longer valid; write the new one", MENDING_S),
    41002: Verdict(CredentialsRefused, "the 企业ID is missing; write yours as corp_id", MENDING_S),
    41004: Verdict(CredentialsRefused, "the Secret is missing; write the app's own as secret", MENDING_S),
    40056: later("there is no such app; write its AgentId as agent_id", MENDING_S),
    40201: later("the account is banned; ask WeCom why, in the console", MENDING_S),
    48002: later("the app may not use this interface; allow it in the console", MENDING_S),
    50003: later("the app is disabled; enable it in the console", MENDING_S),
    60011: later("the app may not see this member; widen its 可见范围", MENDING_S),
    60020: later("our address is not trusted; add it to the app's 企业可信IP", MENDING_S),
    301002: later("the Secret belongs to another app; write that of agent_id", MENDING_S),
    # This message will not go, however often we try.
    40003: never("the userid is not valid"),
    40007: never("there is no such media, or it is over its three days"),
    40008: never("this type of message is not valid"),
    40033: never("the text holds what WeCom does not take"),
    40058: never("a parameter is not valid"),
    44004: never("the text is empty"),
    45002: never("the text is too long"),
    46004: never("there is no such user"),
    47001: never("what we sent is no JSON to it"),
    60111: never("there is no such userid"),
    81013: never("the user may not see the app, or is no member any more"),
    82001: never("there is nobody to send to"),
    830002: never("the media is too large to be fetched in one piece"),
}
"""By `errcode`. errmsg is never looked at: it carries hints, addresses and warnings (WeCom doc 90313)."""

UNKNOWN: Final = never("a code that we do not know")
"""WeCom's passing faults are few and all above; what else it says is about the message or the app. Trying
that again and again would spend the shop's quota on nothing, so it ends as failed, where it is seen."""

NUMBER: Final = re.compile(r"-?[0-9]{1,9}")


def verdict(code: str) -> Verdict:
    """What an `errcode` other than 0 means."""
    return ERRORS.get(int(code), UNKNOWN) if NUMBER.fullmatch(code) else UNKNOWN
