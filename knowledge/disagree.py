"""Two sources that answer one question differently: somebody has to decide which is right."""

from __future__ import annotations

from collections.abc import Iterable

from knowledge.documents import Item
from knowledge.fold import letters


def disagreements(items: Iterable[Item], news: Iterable[str] = ()) -> list[str]:
    """A line for each, with both places. `news`: names of sources, if only what is wrong with them counts."""
    counted = set(news)
    first: dict[str, Item] = {}
    told: dict[str, None] = {}
    for item in items:
        for key in _keys(item):
            other = first.setdefault(key, item)
            is_apart = other.source == item.source or not other.scope.meets(item.scope)
            if is_apart or letters(other.text) == letters(item.text):
                continue  # of one source its own reader tells
            if not counted or counted & {item.source, other.source}:
                told[_line(item, other)] = None  # they may have several wordings in common
    return list(told)


def _keys(item: Item) -> Iterable[str]:
    """What it is asked by: one name may be that of many products, a code only of one."""
    if not item.is_faq:
        return ()
    return map(letters, item.codes or item.wordings)


def _line(item: Item, other: Item) -> str:
    has, told = ("has the code of", "tells otherwise") if item.codes else ("asks what", "answers otherwise")
    place = f"{other.source}, {other.place}" + ("" if item.codes else " asks")
    return f"{item.source}, {item.place}: {has} {place}, and {told}; both are kept"
