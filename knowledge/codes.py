"""Product codes: each means its item, and nothing that merely looks like it.

To an embedding model QH-1023 and QH-1024 are nearly the same, and a price asked for by a code is near every
entry about prices. So a code is compared letter by letter, however it is written (`bot.codes`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final

from bot.codes import looks, short, written
from bot.types import Passage
from knowledge.index import Found, Hit
from knowledge.lexical import Sparse, of_question
from knowledge.normal import plain

_AMOUNT: Final = re.compile(
    r"(?<![0-9a-z])(?<![a-z][-_.])\d+\s*"
    "(?=[元块角折年月天日点分秒个件双只盒袋包瓶箱套米斤克岁寸码万千百%℃]"
    "|公[斤里分]|毫[米升克安]|厘米|平[米方]|英[寸尺]|升(?!级))"
)
"""满1000元 names no item 1000; but QH1023米色 is one in beige."""
_LATIN_UNITS: Final = (
    "mm|cm|dm|m|km|cm[23]|m[23]|ft|inch|inches",
    "mg|g|kg|lb|lbs|oz",
    "ml|l|v|kv|w|kw|wh|kwh|ma|mah|hz|khz|mhz|ghz",
    "kb|mb|gb|tb|px|dpi|fps|mp",
    "min|mins|hours?|days?|pcs|rmb|cny|usd|yuan",
)
"""Few of one letter, as 1023A may well be a code."""
_MEASURE: Final = re.compile(
    r"(?<![0-9a-z])(?<![0-9a-z][-_.])"
    rf"(?:\d+(?:[-./~*x×+]\d+)* ?(?:{'|'.join(_LATIN_UNITS)})[x×*]?)+"
    r"(?![0-9a-z])(?![-_.][0-9a-z])"
)
"""180cm, 160-165cm, 180cm60kg, 20x30cm: but QH-500ML is a whole code, and no part of one is a measure."""
_BETWEEN: Final = ("", "-", "_", ".", "/")
_MOST_NAMED: Final = 60
_SURE: Final = 0.95
"""That what has the code of the question is what was asked for."""
_UNSURE: Final = 0.1
"""Of its score, what is left to an entry that knows nothing of the code."""


@dataclass(frozen=True, slots=True)
class Named:
    """What may be codes in a question: most of it is none, and only the knowledge can tell."""

    short: frozenset[str]
    """Each without what stands between its parts."""
    alike: frozenset[str]
    """Of these, all but measures: 180cm looks like 120AB, and is a code where an item has just that one."""
    terms: Sparse
    """To be looked for among the words of wordings, in every way that they may be written there."""

    @classmethod
    def of(cls, question: str) -> Named | None:
        """None where nothing could be one: of most questions."""
        text = _AMOUNT.sub(" ", plain(question))
        alike = _some(_MEASURE.sub(" ", text))
        # The number of a measure is no item's: 1000ml names no item 1000.
        parts = alike | {one for one in _some(text) if len(one) > 1}
        ways = {between.join(one) for one in parts for between in _BETWEEN}
        terms = of_question(" ".join(sorted(ways)))
        named = frozenset(map("".join, parts))
        return cls(named, frozenset(map("".join, alike)), terms) if named else None

    def judge(self, passages: Sequence[Passage], found: Found, known: Iterable[str]) -> list[Passage]:
        """What knows the code first, and the item itself surely. Where the code is one of this shop's, or
        looks like one, what does not know it is hardly an answer. `known`: how the shop's codes look."""
        hits = _by_item(found)
        own = {short(code) for faces in hits.values() for code in faces[0].codes}
        shop = looks(own).union(known)
        meant = self.short & own or {one for one in self.alike if not shop.isdisjoint(looks([one]))}
        if not meant:
            return list(passages)
        knowing = [one for one in passages if any(_is_about(hit, meant) for hit in hits[one.id])]
        if any(_is(hits[one.id][0], meant) for one in knowing):
            knowing = _surely(knowing)
        else:
            knowing += [one for one in passages if one not in knowing and _is_in(one.text, meant)]
        first = {one.id for one in knowing}
        others = [replace(one, score=one.score * _UNSURE) for one in passages if one.id not in first]
        return [*knowing, *others]


def _some(text: str) -> set[tuple[str, ...]]:
    return {one.parts for one in islice(written(text), _MOST_NAMED)}


def with_named(found: Found, named: Found) -> Found:
    """What was found by everything, and by the code alone."""
    there = {(hit.item, hit.wording) for hit in found.lexical}
    more = [hit for hit in named.lexical if (hit.item, hit.wording) not in there]
    return Found(found.dense, [*found.lexical, *more])


def _surely(passages: Sequence[Passage]) -> list[Passage]:
    """One of them is meant."""
    whole = sum(one.score for one in passages)
    shares = [one.score / whole if whole else 1 / len(passages) for one in passages]
    return [replace(one, score=_SURE * share) for one, share in zip(passages, shares, strict=True)]


def _by_item(found: Found) -> dict[str, list[Hit]]:
    each: dict[str, list[Hit]] = {}
    for hit in (*found.dense, *found.lexical):
        each.setdefault(hit.item, []).append(hit)
    return each


def _is(hit: Hit, meant: Set[str]) -> bool:
    return any(short(code) in meant for code in hit.codes)


def _is_about(hit: Hit, meant: Set[str]) -> bool:
    """It is the item, or asks of it."""
    return _is(hit, meant) or (hit.is_faq and "\n" not in hit.wording and _is_in(hit.wording, meant))


def _is_in(text: str, meant: Set[str]) -> bool:
    return any(one.short in meant for one in written(plain(text)))
