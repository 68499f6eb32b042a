"""Which arguments does a text name? They are known by their looks, wherever they stand.

Where several things are named, each has its own: 亚麻衬衫和针织开衫的M码 are two items, both of size M.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from bot.patterns import Pattern
from bot.settings import ArgumentSettings

Arguments = dict[str, str]

_ANY_TEXT: Final = "[A-Za-z0-9_-]{3,40}"
_ANY_NUMBER: Final = r"[0-9]{1,9}"
_SIZE: Final = re.compile("[A-Za-z]{1,3}")
"""Letters that stand in other words, too: the S of "thanks" is no size."""
_NOT_THIS: Final = re.compile(r"(?<!是)不是(?:订单号?|单号)?\s*$")
_NEAR: Final = 10
"""Characters in front of it."""
_MOBILE: Final = re.compile(r"1[3-9][0-9]{9}")
_NUMBER: Final = re.compile("(?=.*[0-9])(?:.{6,}|(?=.*[A-Za-z]).{4,})")
_OF_A_PHONE: Final = re.compile(rf"{_MOBILE.pattern}|[0-9]{{4}}")
_MOST: Final = 10
"""Things that are told apart in a text."""


class Values:
    """Those of one tool's arguments. All texts are half width."""

    def __init__(self, arguments: Mapping[str, ArgumentSettings]) -> None:
        self._settings = arguments
        self.patterns: Mapping[str, str] = {name: _pattern(own) for name, own in arguments.items()}
        """As regular expressions."""
        self._named = {
            name: Pattern(self.patterns[name], ignore_case=True)
            for name, own in arguments.items()
            if own.pattern or own.enum
        }

    def read(self, text: str) -> list[Arguments]:
        """For each thing that is named, in the customer's order. What is named once is meant of all."""
        found = sorted(one for name in self._named for one in self._found(name, text))
        things, own = list[Arguments](), Arguments()
        for _, name, value in found:
            if own.get(name, value) != value:
                things.append((things[-1] if things else {}) | own)
                own = {}
            own[name] = value
        if own:
            things.append((things[-1] if things else {}) | own)
        pairs = {(name, value) for _, name, value in found}
        once = {name: value for name, value in pairs if len([one for one, _ in pairs if one == name]) == 1}
        return distinct(once | thing for thing in things)[:_MOST]

    def has_number(self, thing: Arguments) -> bool:
        """Whether one is a number by its looks, long enough for no price, year or phone."""
        numbers = (value for name, value in thing.items() if self._settings[name].pattern)
        return any(_NUMBER.fullmatch(value) and not _MOBILE.fullmatch(value) for value in numbers)

    def without(self, text: str) -> str:
        """The text with each of them taken out."""
        for pattern in self._named.values():
            text = pattern.without(text)
        return text

    def meant(self, found: Mapping[str, str | None]) -> Arguments:
        """Those that have no looks of their own, as a placeholder found them."""
        return {name: value for name, value in found.items() if value and name not in self._named}

    def _found(self, name: str, text: str) -> list[tuple[int, str, str]]:
        """Of several not the one that is denied (不是A，是B), nor a phone."""
        matches = self._named[name].matches(text)
        fit = [
            match
            for match in matches
            if not (
                _MOBILE.fullmatch(match[0])
                or _NOT_THIS.search(text, max(0, match.start() - _NEAR), match.start())
            )
        ]
        return [
            (match.start(), name, _as_meant(match[0], self._settings[name])) for match in fit or matches[:1]
        ]


def together(before: Iterable[Arguments], newer: Sequence[Arguments]) -> list[Arguments]:
    """What was named first, with what is named now in its place."""
    return distinct(old | new for old in before for new in newer or [{}])


def of_no_phone(each: Iterable[Arguments]) -> list[Arguments]:
    """Without what may be the digits of one."""
    return [one for one in each if not any(map(_OF_A_PHONE.fullmatch, one.values()))]


def distinct(each: Iterable[Arguments]) -> list[Arguments]:
    """Each of them once."""
    seen: list[Arguments] = []
    for one in each:
        if one not in seen:
            seen.append(one)
    return seen


def _pattern(own: ArgumentSettings) -> str:
    if own.enum:
        return "|".join(_word(word) for word in sorted(own.enum, key=len, reverse=True))
    pattern = own.pattern or (_ANY_TEXT if own.type == "string" else _ANY_NUMBER)
    return rf"(?<![A-Za-z0-9])(?:{pattern})(?![A-Za-z0-9])"


def _word(word: str) -> str:
    escaped = re.escape(word)
    return rf"(?<![A-Za-z0-9]){escaped}(?![A-Za-z0-9])" if _SIZE.fullmatch(word) else escaped


def _as_meant(value: str, own: ArgumentSettings) -> str:
    """Customers type small letters where a number has capitals."""
    if own.enum:
        return next((word for word in own.enum if word.casefold() == value.casefold()), value)
    pattern, capitals = Pattern(own.pattern), value.upper()
    return capitals if not pattern.fits(value) and pattern.fits(capitals) else value
