"""Does a message say hardly more than the number that it brings? 订单号是20240910XYZ，谢谢"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from bot.tools.wish import LEAD, QUESTION, TAIL, letters

_AROUND: Final = r"订单|单号|编号|号码|号|是|为|的|这个|第[一二三]个|就|my|the|order|number|its|it|is"
_LOOKS: Final = r"查询|查查|查|看看|看|物流|快递|进度|状态|情况|[打写输说][错反]了|呢|check|track|status"
"""What may stand around a number that is only to be looked up."""
_CODE: Final = re.compile(r"[a-z0-9_-]*[0-9][a-z0-9_-]*")


class Brought:
    """The words that say no more, for one tool. All texts are small and half width."""

    def __init__(self, words: Iterable[str]) -> None:
        """`words`: what its arguments are called, and what else may be said again."""
        own = "|".join(re.escape(letters(word)) for word in words if letters(word)) or r"(?!)"
        self._bring = re.compile(f"(?:{own}|{_AROUND}|{TAIL}|{LEAD})*+")
        self._alone = re.compile(f"(?:{own}|{_AROUND}|{_LOOKS}|{TAIL}|{LEAD})*+")

    def is_all(self, rest: str) -> bool:
        """Whether nothing else is said; `rest`: without the number. Others may stand there."""
        return bool(self._bring.fullmatch(letters(_CODE.sub("", rest)))) and not QUESTION.search(rest)

    def is_alone(self, rest: str) -> bool:
        """Whether it is not even said what for, beyond looking it up; nor any other number."""
        return bool(self._alone.fullmatch(letters(rest)))
