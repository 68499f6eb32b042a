"""What leads somewhere: addresses, phones, numbers of orders and parcels."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from bot.grounding.claim import Claim, Kind
from bot.grounding.text import cut

_MAIL: Final = re.compile(r"(?<![a-z0-9._%+-])[a-z0-9._%+-]{1,64}+@[a-z0-9-]+(?:\.[a-z0-9-]+)+", re.ASCII)
_URL: Final = re.compile(
    r"(?:https?://|www\.)[^\s一-鿿，。！？；）】」》”\"'<>]+"
    r"|(?<![a-z0-9.-])[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){0,4}?\.(?:com|cn|net|org|shop|store|top|io|co|example)\b(?:/[^\s一-鿿，。！？；）】」》”\"'<>]*)?",
    re.ASCII,
)
_PHONE: Final = re.compile(
    r"(?<![\w-])(?:\+?86[- ]?)?(?:1[3-9]\d[- ]?\d{4}[- ]?\d{4}|\(?0\d{2,3}\)?[- ]\d{7,8}"
    r"|[48]00[- ]?\d{3,4}[- ]?\d{3,4}|\d{3,4}-\d{3,4}-\d{3,4})(?![\w-])",
    re.ASCII,
)
_CODE: Final = re.compile(
    r"(?<![a-z0-9.])(?:[a-z]{1,8}-?(?=[a-z]{0,8}\d)[a-z0-9]{3,}|\d+[a-z]+[a-z0-9]+|\d{7,})(?:-\d+)*(?![a-z0-9])",
    re.ASCII,
)
_UNIT_BEHIND: Final = re.compile(
    r"^\d+(?:kg|cm|mm|ml|lbs?|oz|mah|[kmgt]b|k?wh|kw|[mg]?hz|fps|rpm|rmb|cny|usd|yuan|pcs|am|pm|st|nd|rd|th|hrs?|hours?|mins?|minutes?|seconds?|secs?"
    r"|days?|weeks?|months?|years?)$",
    re.ASCII,
)
_TAIL: Final = re.compile(
    r"(?:尾号|后四位|末四位|ending (?:in|with)|last (?:four|4) digits)\s?(?:是|为|are|is|:)?\s?(\d{4})(?!\d)",
    re.ASCII,
)
_ACCOUNT: Final = re.compile(
    r"(?:微信号?|企微号?|\bvx号?|\bwechat(?: id|(?=\s?:)))[\s:是为]{0,3}"
    r"(?!alipay|unionpay)(?P<account>[a-z][a-z0-9_-]{5,19})(?![a-z0-9_-])",
    re.ASCII,
)
"""WeChat's own rule for an id: six to twenty letters, digits, _ and -, a letter first."""
_EACH: Final = (_MAIL, _URL, _PHONE, _ACCOUNT, _CODE, _TAIL)
_ANY: Final = re.compile(r"[@.]|[a-z0-9]{3}")
"""Each has one of these."""


def references(text: str) -> Iterator[Claim]:
    """Of a `plain` text."""
    if not _ANY.search(text):
        return
    found, text = cut(text, _MAIL)
    for match in found:
        yield _reference(match[0], f"mail {match[0]}", own=True)
    found, text = cut(text, _URL)
    for match in found:
        yield _address(match[0])
    found, text = cut(text, _TAIL)
    for match in found:
        yield _reference(match[0], f"tail {match[1]}", own=True)
    found, text = cut(text, _ACCOUNT)
    for match in found:
        yield _reference(match["account"], f"account {match['account']}", own=False)
    for pattern in (_PHONE, _CODE):
        found, text = cut(text, pattern)
        for match in found:
            if not _UNIT_BEHIND.match(match[0]):
                yield _code(match[0])


def without(text: str) -> str:
    """The same with each taken out, so that no digit of one is taken for a number."""
    if _ANY.search(text):
        for pattern in _EACH:
            text = pattern.sub(_gone, text)
    return text


def _gone(match: re.Match[str]) -> str:
    """48hours has the form of a code, and is none."""
    return match[0] if _UNIT_BEHIND.match(match[0]) else "\0" * len(match[0])


def _address(words: str) -> Claim:
    """The host alone is borne out by any page of it; a page only by itself."""
    address = re.sub(r"^(?:https?://)?(?:www\.)?", "", words).rstrip("/.,:;)!?")
    host = address.split("/", 1)[0]
    facts = frozenset({f"url {address}", f"url {host}"})
    return Claim(Kind.REFERENCE, words, facts, frozenset({f"url {address}"}))


def _code(words: str) -> Claim:
    bare = re.sub(r"[\s()+-]", "", words)
    bare = bare[2:] if len(bare) == 13 and bare.startswith("861") else bare
    facts = frozenset({f"code {bare}", f"tail {bare[-4:]}"})
    return Claim(Kind.REFERENCE, words.strip(), facts, frozenset({f"code {bare}"}), own=True)


def _reference(words: str, fact: str, *, own: bool) -> Claim:
    return Claim(Kind.REFERENCE, words.strip(), frozenset({fact}), frozenset({fact}), own=own)
