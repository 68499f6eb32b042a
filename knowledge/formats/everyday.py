"""Whether text was read in the encoding it was written in: how many of its characters are everyday ones?

Big5, of Taiwan and Hong Kong, can nearly always be read as GB18030, too, and the other way round, as
characters that nobody uses, or that are none: for those GB18030 has places in the private area.
"""

from __future__ import annotations

import re
from typing import Final

from bot.simplified import TO_SIMPLIFIED

_EVERYDAY: Final = frozenset(
    bytes([row, cell]).decode("gb2312", "ignore") for row in range(0xB0, 0xD8) for cell in range(0xA1, 0xFF)
)
"""The first level of GB 2312: the 3,755 that are most in use."""
_PRIVATE: Final = "\ue000-\uf8ff"
_CHARACTER: Final = re.compile(f"[\u3400-\u9fff{_PRIVATE}]")
_NONE: Final = re.compile(f"[{_PRIVATE}]")
_USUAL: Final = 0.8
"""Shops write more; a list of medicines, or of dishes, may have a little less."""
_ODD: Final = 0.4
"""What is read in a wrong encoding has less."""
_ENOUGH: Final = 10
"""A few characters may all be rare ones."""
_LOOKED_AT: Final = 65536


def is_everyday(text: str) -> bool:
    """True where most Chinese characters are, simplified or traditional; and where there are none."""
    return _share(_characters(text)) >= _USUAL


def is_odd(text: str) -> bool:
    """True where so few are that nobody can have written it."""
    found = _characters(text)
    return _share(found) < _ODD and (len(found) >= _ENOUGH or any(map(_NONE.match, found)))


def _characters(text: str) -> list[str]:
    return _CHARACTER.findall(text[:_LOOKED_AT].translate(TO_SIMPLIFIED))


def _share(found: list[str]) -> float:
    return sum(character in _EVERYDAY for character in found) / len(found) if found else 1.0
