"""Product codes: each means its item, and nothing that merely looks like it.

To an embedding model QH-1023 and QH-1024 are nearly the same, and a price asked for by a code is near every
entry about prices. So a code is compared letter by letter, however it is written (`bot.codes`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final, Self

from bot.codes import Written, looks, parts, short, written
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
_BETWEEN: Final = ("", "-", "_", ".", "/", " ")
_TAIL: Final = 3
"""Letters; fewer are a size, and QH-1023 XL is QH-1023."""
_MOST_NAMED: Final = 60
_SURE: Final = 0.95
"""That what has the code of the question is what was asked for."""
_UNSURE: Final = 0.1
"""Of its score, what is left to an entry that knows nothing of the code."""


@dataclass(frozen=True, slots=True)
class Named:
    """What may be codes in a question: most of it is none, and only the knowledge can tell."""

    places: tuple[Written, ...]
    """Each where it stands: one may be a part of another."""
    alike: frozenset[str]
    """Of these, all but measures, without what stands between their parts: 180cm looks like 120AB, and is a
    code where an item has just that one."""
    terms: Sparse
    """To be looked for among the words of wordings, in every way that they may be written there."""
    text: str
    """All of it, in one width and case."""

    @classmethod
    def of(cls, question: str) -> Named | None:
        """None where nothing could be one: of most questions."""
        text = _AMOUNT.sub(" ", plain(question))
        alike = {one.parts for one in _some(_MEASURE.sub(" ", text))}
        # The number of a measure is no item's: 1000ml names no item 1000.
        places = tuple(one for one in _some(text) if len(one.parts) > 1 or one.parts in alike)
        each = alike | {one.parts for one in places}
        ways = {between.join(one) for one in each for between in _BETWEEN}
        terms = of_question(" ".join(sorted(ways)))
        return cls(places, frozenset(map("".join, alike)), terms, text) if places else None

    def judge(self, passages: Sequence[Passage], found: Found, known: Iterable[str]) -> list[Passage]:
        """What knows the code first, and the item itself surely. Where the code is one of this shop's, or
        looks like one, what does not know it is hardly an answer. `known`: how the shop's codes look."""
        hits = _by_item(found)
        own = _Own.of(faces[0] for faces in hits.values())
        shop = looks(own.codes).union(known)
        meant = own.named(self.places) or {one for one in self.alike if not shop.isdisjoint(looks([one]))}
        if not meant:
            return list(passages)
        knowing = [one for one in passages if any(_is_about(hit, meant, own) for hit in hits[one.id])]
        if any(_is(hits[one.id][0], meant) for one in knowing):
            knowing = _surely([one for one in knowing if not own.is_other(hits[one.id][0], self.text)])
        else:
            knowing += [one for one in passages if one not in knowing and _is_in(one.text, meant, own)]
        first = {one.id for one in knowing}
        others = [replace(one, score=one.score * _UNSURE) for one in passages if one.id not in first]
        return [*knowing, *others]


@dataclass(frozen=True, slots=True)
class _Own:
    """The codes of the items that were found."""

    codes: frozenset[str]
    tails: frozenset[str]
    """Words that make another code of one: Pro."""
    variants: frozenset[str]
    """What items of one code are told apart by: 换屏 and 换电池 of an iPhone 13."""

    @classmethod
    def of(cls, items: Iterable[Hit]) -> Self:
        items = [item for item in items if item.codes]
        each = [parts(code) for item in items for code in item.codes]
        tails = frozenset(part for one in each for part in one[1:] if part.isalpha() and len(part) >= _TAIL)
        return cls(frozenset(map("".join, each)), tails, frozenset(filter(None, map(_variant, items))))

    def named(self, places: Iterable[Written]) -> set[str]:
        """Those that stand there: who says iPhone 13 Pro does not speak of the iPhone 13, nor where only that
        one is known."""
        places = list(places)
        own = [one for one in places if one.short in self.codes]
        starts = {(one.start, one.parts) for one in own}
        longer = [
            one for one in places if one.parts[-1] in self.tails and (one.start, one.parts[:-1]) in starts
        ]
        found = [*own, *longer]
        return {one.short for one in found if not any(_is_part(one, other) for other in found)}

    def is_other(self, item: Hit, text: str) -> bool:
        """True for 换屏 where 换电池 is asked for: the code alone does not mean it then."""
        variant = _variant(item)
        return bool(variant) and variant not in text and any(other in text for other in self.variants)


def _variant(item: Hit) -> str:
    """What an item's title has behind its code; nothing where that is not a part of it."""
    title = plain(item.title)
    code = next((plain(code) for code in item.codes if title.startswith(f"{plain(code)} ")), "")
    return title.removeprefix(code).strip() if code else ""


def _is_part(one: Written, other: Written) -> bool:
    is_within = other.start <= one.start and one.end <= other.end
    return is_within and one.end - one.start < other.end - other.start


def _some(text: str) -> list[Written]:
    return list(islice(written(text), _MOST_NAMED))


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


def _is_about(hit: Hit, meant: Set[str], own: _Own) -> bool:
    """It is the item, or asks of it."""
    return _is(hit, meant) or (hit.is_faq and "\n" not in hit.wording and _is_in(hit.wording, meant, own))


def _is_in(text: str, meant: Set[str], own: _Own) -> bool:
    places = list(written(plain(text)))
    return any(one.short in meant for one in places) and not meant.isdisjoint(
        own.named(places) or {one.short for one in places}
    )
