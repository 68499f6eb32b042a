"""Rows of products under one name: 洗澡 for small dogs and for large ones, a screen for each model of phone.

Each needs a name of its own: else a customer who is asked back sees the same words three times, and whoever
asks for one of them may be told of another.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import Final

from knowledge.documents import Item
from knowledge.formats.columns import Role, role_of

Fields = Sequence[tuple[str, str]]
"""What a row says beside its name, in its order."""

_LONGEST: Final = 30
"""Of what tells rows apart; what is longer describes one."""
_LETTER: Final = re.compile(r"[^\W\d_]")
_AMOUNT: Final = re.compile(r"\d+(?:\.\d+)?\s*[元块角](?:起|/.{0,6})?|(?:RMB|CNY|USD)\s*\d.*", re.IGNORECASE)
_MANY: Final = 1 / 3
_UNNAMED_SHEET: Final = re.compile(r"(?:sheet|工作表|表)\s*\d*", re.IGNORECASE)


def told_apart(rows: Sequence[tuple[Item, Fields]]) -> list[Item]:
    """With names that differ, where something in their rows does. Where many need more than a name (a list of
    models and repairs), all have it: iPhone 14 alone would pass for whatever is asked of it.
    """
    times = Counter(item.title for item, fields in rows if fields)
    alike = [(item.title, dict(fields)) for item, fields in rows if fields and times[item.title] > 1]
    labels = _telling(alike)
    has_many = len(alike) > _MANY * times.total()
    return [
        called(item, [value for label, value in fields if label in labels and _may_tell(value, label)])
        if has_many or times[item.title] > 1
        else item
        for item, fields in rows
    ]


def by_sheet(sheets: Sequence[tuple[str, Sequence[Item]]]) -> list[Item]:
    """One name on several sheets is told apart by what the sheets are called."""
    held: defaultdict[str, set[str]] = defaultdict(set)
    for sheet, items in sheets:
        for item in filter(is_product, items):
            held[item.title].add(sheet)

    def apart(sheet: str, item: Item) -> Item:
        is_twice = is_product(item) and len(held[item.title]) > 1
        return called(item, [sheet]) if is_twice and not _UNNAMED_SHEET.fullmatch(sheet.strip()) else item

    return list(chain.from_iterable([apart(sheet, item) for item in items] for sheet, items in sheets))


def is_product(item: Item) -> bool:
    """An entry that begins with its name."""
    return item.is_faq and item.text.startswith(f"{item.title}\n")


def called(product: Item, told: Sequence[str]) -> Item:
    """By its name and what tells it from others; it is found by its name alone as well."""
    if not told:
        return product
    title = " ".join((product.title, *told))
    text = title + product.text.removeprefix(product.title)
    return replace(product, title=title, text=text, wordings=tuple(dict.fromkeys((title, *product.wordings))))


def _telling(alike: Sequence[tuple[str, Mapping[str, str]]]) -> list[str]:
    """The first columns by which more of the rows are told apart, until all are; their codes last."""
    told: list[tuple[str, ...]] = [(title,) for title, _ in alike]
    telling: list[str] = []
    labels = dict.fromkeys(label for _, cells in alike for label in cells)
    for label in sorted(labels, key=_is_code):
        values = [cells.get(label, "") for _, cells in alike]
        more = [(*before, value) for before, value in zip(told, values, strict=True)]
        if all(_may_tell(value, label) for value in values) and len(set(more)) > len(set(told)):
            told, telling = more, [*telling, label]
    return telling


def _is_code(label: str) -> bool:
    return role_of(label) is Role.CODE


def _may_tell(value: str, label: str) -> bool:
    """A price tells nobody which of them is meant, and a number alone may be one, unless it is a code."""
    if not value or role_of(label) in (Role.CODE, Role.PRICE):
        return not value or _is_code(label)
    return len(value) <= _LONGEST and _LETTER.search(value) is not None and not _AMOUNT.fullmatch(value)
