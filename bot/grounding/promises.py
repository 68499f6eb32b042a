"""What a shop gives or doesn't: its promises, as they stand in a text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from bot.grounding.conditions import is_bounded, is_conditional, is_whatever, side
from bot.grounding.places import bound_to, exceptions, places
from bot.grounding.promise import Promise
from bot.grounding.promise_kinds import FREE, FREE_SHIPPING, KINDS, NO_HOLIDAY, NO_REASON, are_in
from bot.grounding.text import around, asks, has_latin
from bot.grounding.topics import topics

_NOT_BEFORE: Final = re.compile(
    r"(?:(?:不能|不可以|不会|没有?|[不无非未](?!仅|但|过|论|管|妨|同|错|久|断|少|满|到|足))[^不没无可能都就会也]{0,8}"
    r"|(?:\b(?:no|not|never|without|cannot|nor)\b|n't\b)\s*(?:[\w-]+\s+){0,4})$",
    re.ASCII,
)
_NOT_BEHIND: Final = re.compile(
    r"^(?:的|服务|目前|暂时|我们|这边|功能|方式|权益|活动|是)*(?:暂?不|没有|无法|未|[开发寄送用做办退换修]不[了到])"
    r"|^\W*(?:[\w-]+\s+){0,3}?(?:(?:not|never|unavailable)\b|\w+n't\b)",
    re.ASCII,
)
_NOTHING: Final = frozenset[str]()
_CIRCUMSTANCES: Final = frozenset({"arrive", "dispatch", "parcel", "online"})
"""Of topics: when and with what something is given, and not what."""
_SHIPPING: Final = frozenset({"carry"})
_SHORT: Final = 6
"""Letters of a clause whose condition stands in the one before: 满99元，包邮."""
_NOTHING_BACK: Final = re.compile(
    r"不(?:支持|接受|能|可以?|予|办理|提供)?(?:办理|申请)?退(?:货|换)|不(?:予|可)?退不?(?:予|可)?换|概不退|不能退|不可退"
    r"|\b(?:no|not|cannot|can't|never)\b[^.,;]{0,20}\breturn|\bnon-?returnable\b|\bfinal sale\b",
    re.ASCII,
)


def promises(sentence: str, heading: str = "") -> Iterator[Promise]:
    """Of a `plain` sentence; one that asks promises nothing. `heading`: what it stands under."""
    latin = has_latin(sentence)
    if not are_in(sentence, latin=latin) or asks(sentence):
        return
    found = [(one, match) for one in KINDS for match in one.in_han.finditer(sentence)]
    if latin:
        found += [(one, match) for one in KINDS for match in one.in_latin.finditer(sentence)]
    hedged = is_conditional(sentence) and not is_whatever(sentence)
    bounded = is_bounded(sentence)
    wider = _NOTHING
    if any(kind.is_about for kind, _ in found):
        wider = _benefits(sentence) or _benefits(heading)
    placed, but = bound_to(sentence), exceptions(sentence)
    for kind, match in found:
        before, behind = around(sentence, *match.span())
        given = not (_NOT_BEFORE.search(before) or _NOT_BEHIND.search(behind))
        if not given and kind.may_deny:
            continue
        name, about, clause = kind.name, _NOTHING, f"{before}{match[0]}{behind}"
        if kind.is_about:
            about = _benefits(clause) or wider
        if name == FREE and about == _SHIPPING:
            name, about = FREE_SHIPPING, _NOTHING
        whole = sentence if len(clause) <= _SHORT else clause
        conditional = hedged if whole is sentence else is_conditional(clause)
        yield Promise(
            name,
            match[0].strip(),
            given,
            conditional,
            hedged,
            bounded,
            about,
            clause,
            places(clause),
            placed,
            but,
            side(whole) if bounded else None,
        )


def implied(sentence: str) -> Iterator[Promise]:
    """By a `plain` sentence that was given: who takes nothing back does so neither without a reason, and who
    never rests is there on holidays."""
    if "全年无休" in sentence:
        yield Promise(NO_HOLIDAY, "全年无休", True, False, False, False, _NOTHING)
    if ("退" in sentence or has_latin(sentence)) and (match := _NOTHING_BACK.search(sentence)):
        nothing = is_conditional(sentence)
        yield Promise(NO_REASON, match[0], False, nothing, nothing, False, _NOTHING)


def _benefits(text: str) -> frozenset[str]:
    return topics(text) - _CIRCUMSTANCES
