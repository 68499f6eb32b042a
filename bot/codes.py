"""How product codes are written, and how those of one shop look.

Case, width and what stands between a code's parts make no difference: qh1023 is QH-1023.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

_RUN: Final = re.compile(r"[0-9a-z]+(?:[-_./ ][0-9a-z]+)*")
_PART: Final = re.compile(r"[a-z]+|[0-9]+")
_BEGINNING: Final = re.compile("[a-z]{2,}")
_LETTER: Final = re.compile("[a-z]")
_DIGIT: Final = re.compile("[0-9]")
_MOST_PARTS: Final = 6
_SHORTEST: Final = 3
_SHORTEST_NUMBER: Final = 4


class Written(NamedTuple):
    """What may be a code, and its place in a text."""

    parts: tuple[str, ...]
    start: int
    end: int

    @property
    def short(self) -> str:
        """Without what stands between its parts."""
        return "".join(self.parts)


def written(text: str) -> Iterator[Written]:
    """Whatever may be a code in a text of one width and case: each run of letters and digits, and what it is
    made of."""
    for run in _RUN.finditer(text) if _DIGIT.search(text) else ():
        found = list(_PART.finditer(text, *run.span()))
        for first in range(len(found)):
            for last in range(first, min(first + _MOST_PARTS, len(found))):
                one = tuple(part[0] for part in found[first : last + 1])
                if _may_be("".join(one)):
                    yield Written(one, found[first].start(), found[last].end())


def short(code: str) -> str:
    """A code without what stands between its parts, in one width and case."""
    return "".join(parts(code))


def parts(code: str) -> list[str]:
    """Its runs of letters and of digits, in one width and case."""
    return _PART.findall(unicodedata.normalize("NFKC", code).casefold())


def looks(codes: Iterable[str]) -> frozenset[str]:
    """How a shop's codes look: letters and digits by their places, and the letters that they begin with."""
    return frozenset(look for code in codes for look in _looks(short(code)))


def may_be_code(text: str) -> bool:
    """Whether a text that is nothing besides may be one."""
    return _may_be(short(text))


def _may_be(one: str) -> bool:
    if one.isdigit():
        return len(one) >= _SHORTEST_NUMBER
    return len(one) >= _SHORTEST and any(map(str.isdigit, one))


def _looks(one: str) -> Iterator[str]:
    """A number looks like every other one: of an order, of a phone. Two letters and three digits say more."""
    letters = _BEGINNING.match(one)
    if letters and any(map(str.isdigit, one)):
        yield f"{letters[0]}…"
    if len(one) > _SHORTEST and not one.isdigit():
        yield _DIGIT.sub("0", _LETTER.sub("a", one))
