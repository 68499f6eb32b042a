"""Where somebody lives, by the shape of it: a road or an estate with a number, and what stands around that.

Without a number it is no address: "寄到浙江省杭州市要几天" stays, and so does the shop's 万达广场3楼.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_NUMBER: Final = r"[0-9A-Za-z一二三四五六七八九十百\-#]{1,8}"
_ROAD: Final = r"(?:大道|胡同|路|街|巷|弄|村|小区|新村|花园|家园|公寓|大厦|广场|苑|庭|府)"
_UNIT: Final = r"(?:号楼|号院|号|弄|栋|幢|座|单元|室|户)"
_NUMBERED: Final = re.compile(
    rf"(?<=[\u4e00-\u9fffA-Za-z0-9]){_ROAD}(?:[东南西北中]段?)? ?{_NUMBER} ?{_UNIT}(?!线|店|码|色)"
    rf"(?: ?[\u4e00-\u9fffA-Za-z]{{0,8}}?{_NUMBER}(?:号楼|号|弄|栋|幢|座|楼|层|单元|室|户))*"
    r"(?: ?[0-9]{3,4}(?![0-9元]))?"
)
"""From the road on. Each piece is bounded, and nothing behind the last can fail: no text takes long."""
_BEFORE: Final = 30
_HEAD: Final = re.compile(r"[\u4e00-\u9fffA-Za-z0-9 ]*\Z")
_LEADS_IN: Final = re.compile(r".*?(?:地址|[在到至是为寄给往送住])+(?=[\u4e00-\u9fff])")
"""What people say in front of it: 我住在, 寄到."""


def addresses(text: str) -> Iterator[tuple[int, int]]:
    """The span of each."""
    for match in _NUMBERED.finditer(text):
        before = text[max(0, match.start() - _BEFORE) : match.start()]
        head = _HEAD.search(before)
        words = head[0] if head else ""
        leads_in = _LEADS_IN.match(words)
        words = words[leads_in.end() if leads_in else 0 :].lstrip()
        yield match.start() - len(words), match.end()
