"""What `response_url` may answer, and what each code means to us (WeCom doc 90313)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from adapters.verdict import Verdict, later, never

ERRORS: Final[Mapping[int, Verdict]] = {
    # It passes by itself (WeCom docs 90313, 90454).
    -1: later("WeCom is busy", 1),
    45009: later("we called too often", 60),
    45033: later("too many calls at once", 1),
}
"""By `errcode`. errmsg is never looked at: it carries hints, addresses and warnings (WeCom doc 90313)."""

UNKNOWN: Final = never("the response_url is used up, or the text is not taken")
"""The codes of a response_url are documented nowhere. It works once, so whatever it refuses is over."""

_NUMBER: Final = re.compile(r"-?[0-9]{1,9}")


def verdict(code: str) -> Verdict:
    """What an `errcode` other than 0 means."""
    return ERRORS.get(int(code), UNKNOWN) if _NUMBER.fullmatch(code) else UNKNOWN
