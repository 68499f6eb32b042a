"""How Excel shows a number: 0.8 as 80%, 1023 as 001023, 199 as ¥199.00, by the format of its cell.

ECMA-376, part 1, 18.8.30 and 18.8.31. Commas that group digits are left out: in a code they would part two.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Final

_BUILT_IN: Final = {
    **dict.fromkeys((1, 3, 5, 6, 37, 38, 41, 42), "0"),
    **dict.fromkeys((2, 4, 7, 8, 39, 40, 43, 44), "0.00"),
    9: "0%",
    10: "0.00%",
}
"""Those that a workbook need not spell. Which currency some mean is left to the country of who opens it."""
_MOST: Final = 10**15
"""Excel keeps fifteen digits."""
_MOST_CHARS: Final = 255
_FOR_NUMBERS: Final = 3
"""Sections: for positive numbers, negative ones, and zero; the fourth is for texts."""
_KEPT: Final = 1000
_SECTION: Final = re.compile(r'((?:"[^"]*"|\\.|\[[^\]]*\]|[^;])*)(;|$)')
_PART: Final = re.compile(
    r"""
      "(?P<quoted>[^"]*)" | \\(?P<escaped>.) | \[\$(?P<currency>[^\]-]*)[^\]]*\]
    | (?P<nothing>[_*].|\[(?:black|blue|cyan|green|magenta|red|white|yellow|color\s?\d+)\])
    | (?P<digits>[0\#?][0\#?,]*(?:\.[0\#?]*)?,*|\.[0\#?]+)
    | (?P<percent>%)
    | (?P<unknown>[\[@/ymdhse]|general)
    | (?P<other>.)
    """,
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
"""Unknown: conditions, texts, fractions, days and powers of ten."""


@dataclass(slots=True)
class _Section:
    """Its digits, and what stands around them."""

    before: str = ""
    digits: str = ""
    after: str = ""
    percents: int = 0

    def shown(self, number: Decimal) -> str:
        """A number without its sign."""
        if not self.digits:  # ;;; hides it
            return self.before
        digits = self.digits.rstrip(",")
        scaled = number.scaleb(2 * self.percents - 3 * (len(self.digits) - len(digits)))
        whole, _, decimals = digits.replace(",", "").partition(".")
        told = f"{scaled.quantize(Decimal(1).scaleb(-len(decimals)), ROUND_HALF_UP):f}"
        units, _, fraction = told.partition(".")
        least = decimals.rfind("0") + 1
        fraction = fraction[:least] + fraction[least:].rstrip("0")
        if units == "0" and "0" not in digits and not fraction:
            units = ""
        point = "." if fraction else ""
        return f"{self.before}{units.zfill(whole.count('0'))}{point}{fraction}{self.after}"


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """A cell's, as far as numbers go."""

    sections: tuple[_Section, ...]

    def shown(self, value: float) -> str | None:
        """As Excel shows it; None for what it can't show by digits alone."""
        if not abs(value) < _MOST:
            return None
        number = Decimal(f"{value:.15g}")
        positive, *others = self.sections
        if number < 0:
            return others[0].shown(-number) if others else f"-{positive.shown(-number)}"
        return others[1].shown(number) if len(others) > 1 and not number else positive.shown(number)


@lru_cache(_KEPT)
def number_format(number: int, code: str | None) -> NumberFormat | None:
    """By its code, or by its number where that is not spelt; None where numbers are told as they are."""
    spelt = _BUILT_IN.get(number, "") if code is None else code
    if not spelt or len(spelt) > _MOST_CHARS:
        return None
    found = [_section(written) for written in _sections(spelt)[:_FOR_NUMBERS]]
    read = tuple(section for section in found if section)
    return NumberFormat(read) if len(read) == len(found) else None


def _sections(spelt: str) -> list[str]:
    found: list[str] = []
    for section in _SECTION.finditer(spelt):
        found.append(section[1])
        if not section[2]:
            break
    return found


def _section(written: str) -> _Section | None:
    section = _Section()
    for part in _PART.finditer(written):
        kind, text = part.lastgroup, part[part.lastgroup or 0]
        if kind == "unknown" or (kind == "digits" and section.digits):
            return None
        if kind == "digits":
            section.digits = text
            continue
        if kind == "percent":
            section.percents += 1
        if kind == "nothing":
            continue
        if section.digits:
            section.after += text
        else:
            section.before += text
    return section
