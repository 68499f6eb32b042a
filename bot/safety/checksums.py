"""Numbers that prove themselves: their last digit follows from the others."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS: Final = "10X98765432"
"""GB 11643: by the remainder of 11."""


def is_identity(number: str) -> bool:
    """Of a Chinese identity card: with a day that there was, and the right check digit."""
    digits = re.sub("[^0-9X]", "", number.upper())
    try:
        date(int(digits[6:10]), int(digits[10:12]), int(digits[12:14]))
    except ValueError:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=False))
    return _CHECKS[total % 11] == digits[-1]


def is_card(number: str) -> bool:
    """Of a bank card: by Luhn (ISO/IEC 7812)."""
    digits = [int(digit) for digit in re.sub(r"[^0-9]", "", number)]
    doubled = [
        digit if place % 2 == 0 else sum(divmod(2 * digit, 10)) for place, digit in enumerate(digits[::-1])
    ]
    return sum(doubled) % 10 == 0
