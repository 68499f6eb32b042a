"""Which of the knowledge's items does a text name?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from bot.codes import Written, looks, short, written
from bot.pipeline.plain import folded
from bot.pipeline.sentences import asks
from bot.types import Passage

_SHORTEST: Final = 2
_MATTER: Final = re.compile(
    r"退货|退款|退换|换货|发货|收货|运费|邮费|包邮|快递|物流|配送|发票|优惠|积分|会员|支付|付款|售后|保修|客服|订单|地址|账[户号]|密码|政策|须知"
    r"|\b(?:shipping|delivery|returns?|refunds?|payments?|invoices?|orders?|account|password|warranty|policy)\b",
    re.IGNORECASE,
)
"""What a shop speaks of besides things: entries on that are no items, however short their titles are."""
_SENT: Final = re.compile(r"寄(?!生)|送[到去]")
"""What 寄到北京多少钱 costs stands on no product's card. Titles of products may hold it."""
_ONE_OF: Final = re.compile(r"(?:[、/]|, | and | or |[和与及或])\Z")
_AND_MORE: Final = re.compile(r"(?:[、/]| and | or |[和与及或]|等|(?<![ -'*-~]), )")
_IN_BRACKETS: Final = re.compile(r"[(（\[【][^)）\]】]*[)）\]】]")


def is_item(passage: Passage) -> bool:
    """True for a thing that can be spoken of, a product say; a question is none, nor is a returns policy."""
    return passage.is_faq and not asks(passage.title) and not _MATTER.search(passage.title)


def is_of_another_matter(question: str, text: str) -> bool:
    """True for one on what a shop speaks of besides things, where the text has no word of it."""
    named = (*_MATTER.findall(folded(question)), *_SENT.findall(folded(question)))
    return not all(matter in folded(text) for matter in named)


def names_another(text: str, passages: Iterable[Passage]) -> bool:
    """True where something is named by a code that looks like theirs, and is none of them."""
    known = {short(code) for passage in passages for code in passage.codes}
    found = {one.short for one in written(folded(text))}
    return known.isdisjoint(found) and not looks(known).isdisjoint(looks(found))


@dataclass(frozen=True, slots=True)
class Name:
    """A place in a text where an item is named."""

    item: Passage
    in_a_row: bool
    """True beside "、" or "and": one of several, whether or not the others are known."""


def named(text: str, passages: Iterable[Passage]) -> list[Name]:
    """The items that a text names by title or code, in its order.

    Of names that overlap the longest is meant: who says 故宫餐厅 does not speak of 故宫.
    """
    text, passages = folded(text), list(passages)
    codes = [one for one in written(text) if not one.short.isdigit()]
    places = [
        (end - start, text[start:end] == folded(passage.title), start, number)
        for number, passage in enumerate(passages)
        if is_item(passage)
        for start, end in (*_by_title(passage, text), *_by_code(passage, codes))
    ]
    kept: dict[int, tuple[int, int]] = {}
    for length, _, start, number in sorted(places, reverse=True):
        if all(start + length <= other or other + size <= start for other, (size, _) in kept.items()):
            kept[start] = length, number
    return [
        Name(passages[number], _is_in_a_row(text, start, start + length))
        for start, (length, number) in sorted(kept.items())
    ]


def _by_title(passage: Passage, text: str) -> Iterator[tuple[int, int]]:
    """Where it stands, also without what stands in brackets."""
    title = folded(passage.title)
    for name in {title, _IN_BRACKETS.sub("", title).strip()}:
        if len(name) >= _SHORTEST:
            yield from _places(name, text)


def _by_code(passage: Passage, codes: Sequence[Written]) -> Iterator[tuple[int, int]]:
    """Where its own codes stand. What else its text has of letters and digits (250g) other items have, too;
    and a number alone may be a price."""
    own = codes and {short(code) for code in passage.codes}
    return ((one.start, one.end) for one in codes if one.short in own)


def _places(name: str, text: str) -> Iterator[tuple[int, int]]:
    start = text.find(name)
    while start >= 0:
        end = start + len(name)
        if not (
            _runs_on(text, start - 1, name[0]) or _runs_on(text, end, name[-1]) or text[end : end + 1] == "("
        ):
            yield start, end
        start = text.find(name, start + 1)


def _is_in_a_row(text: str, start: int, end: int) -> bool:
    return bool(_ONE_OF.search(text, 0, start) or _AND_MORE.match(text, end))


def _runs_on(text: str, at: int, edge: str) -> bool:
    """A Latin word is a name as a whole: "scarf" is not in "scarface"."""
    return (
        edge.isascii()
        and edge.isalnum()
        and 0 <= at < len(text)
        and text[at].isascii()
        and text[at].isalnum()
    )
