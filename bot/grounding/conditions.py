"""On what something holds: conditions, bounds, and on which side of a bound."""

from __future__ import annotations

import re
from enum import Enum
from typing import Final

from bot.grounding.numerals import SIGN

_CONDITION: Final = re.compile(
    r"满(?!意|足)|以上|达到|超过|不足|门槛|条件|标准|如果|如需|如有|若|仅|只有|限|除|部分|才|的话|(?<!\d)\d{1,6}\s?\S{0,2}起"
    r"|质量(?:有?问题|原因)|瑕疵|破损|损坏|坏[了的]|[错漏]发|发错|我[们方]的?原因|商家的?原因"
    r"|\b(?:if|over|above|only|unless|except|once|when|or more|at least|from)\b|\breach|\bspend"
    r"|\b(?:quality|defect\w*|faulty|damaged?|our (?:fault|mistake))\b",
    re.ASCII,
)
_WHATEVER: Final = re.compile(
    r"不管|无论|不论|任何(?:原因|理由|情况)|(?:不|没|未|无需|不用|不必)(?:到|够|足|满|达到?)[^，。；]{0,8}(?:也|都|照样|同样)"
    r"|\b(?:any reason|regardless|no matter|whatever)\b"
)
"""It names a condition, and says that it is none."""
_NUMBER: Final = re.compile(rf"\d|{SIGN}{{1,3}}(?:个?[天日周年月元件次]|小时|工作日|个工作日)", re.ASCII)
_ABOVE: Final = re.compile(
    r"(?<![不未没])满(?![意足])|以上|达到|(?<!不)(?:超过|高于|大于)|不[低少]于"
    r"|\b(?:over|above|at least|more than)\b",
    re.ASCII,
)
_BELOW: Final = re.compile(
    r"[不未没]满(?![意足])|以下|不足|不到|不够|(?<!不)(?:低于|小于|少于)|不超过|(?:[天日周月年时钟期])[以之]?内"
    r"|\b(?:under|below|less than|within)\b",
    re.ASCII,
)


class Side(Enum):
    """Of a bound, on which something holds."""

    ABOVE = "above"
    BELOW = "below"


def side(text: str) -> Side | None:
    """None where a `plain` text tells of neither, or of both."""
    above, below = _ABOVE.search(text) is not None, _BELOW.search(text) is not None
    if above is below:
        return None
    return Side.ABOVE if above else Side.BELOW


def is_conditional(text: str) -> bool:
    """Whether a `plain` text names a condition."""
    return _CONDITION.search(text) is not None


def is_whatever(text: str) -> bool:
    """Whether it says that what it names is no condition."""
    return _WHATEVER.search(text) is not None


def is_bounded(text: str) -> bool:
    """Whether there is a number in it: outside of it something else may hold."""
    return _NUMBER.search(text) is not None
