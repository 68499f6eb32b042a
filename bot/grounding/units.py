"""What numbers count, in every wording of one unit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

MONEY: Final = "cny"
SPAN: Final = "seconds"
PERCENT: Final = "percent"
TIMES: Final = "times"
OF_PRICE: Final = "percent of the price"
POLICIES: Final = frozenset(
    {MONEY, "usd", "eur", "hkd", SPAN, "working days", "months", PERCENT, OF_PRICE, "points", "terms"}
)
"""Those that policies are made of: who only hears them from the customer must not confirm them."""
_DAY: Final = Decimal(86_400)
_YEAR: Final = Decimal(12)
ENUMERATORS: Final = frozenset("种个步点项类款方面条句些样")
"""Of a few of what stands in the answer itself: 有两种方式."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A wording's."""

    name: str
    times: Decimal = Decimal(1)
    """How many of the unit it is."""


def alike(name: str, size: Decimal) -> Iterator[tuple[str, Decimal]]:
    """The same span in the other unit: who says 半个月 means 15 days, and who says 一年 365."""
    if name == "months":
        if size < _YEAR:
            yield SPAN, size * 30 * _DAY
        elif size % _YEAR == 0:
            yield SPAN, size / _YEAR * 365 * _DAY
    elif name == SPAN and (days := size / _DAY) >= 15:
        if days % 15 == 0 and days < 30 * _YEAR:
            yield "months", days / 30
        elif days % 365 == 0:
            yield "months", days / 365 * _YEAR


def _unit(name: str, times: str = "1") -> Unit:
    return Unit(name, Decimal(times))


_WORDINGS: Final = {
    "元人民币|块钱|元钱|元|块|圆|人民币|rmb|cny|yuan": _unit(MONEY),
    "美元|美金|dollars|dollar|bucks|buck|usd": _unit("usd"),
    "欧元|euros|euro|eur": _unit("eur"),
    "港币|港元|hkd": _unit("hkd"),
    "秒钟|秒|seconds|second": _unit(SPAN),
    "分钟|minutes|minute|mins|min": _unit(SPAN, "60"),
    "个半小时|个小时半|小时半|个小时|小时|个半钟头|个钟头|hours|hour|hrs|hr|h": _unit(SPAN, "3600"),
    "天半|天|日|days|day": _unit(SPAN, "86400"),
    "个半星期|个星期|星期|周|个礼拜|礼拜|weeks|week": _unit(SPAN, "604800"),
    "个工作日|工作日|个工作天|working days|working day|business days|business day": _unit("working days"),
    "fortnights|fortnight": _unit(SPAN, "1209600"),
    "个半月|个月半|个月|months|month": _unit("months"),
    "周年|年半|年|years|year": _unit("months", "12"),
    "%|percent|per cent": _unit(PERCENT),
    "折": _unit(OF_PRICE),
    "% off|% discount|percent off": _unit("off"),
    "公斤|千克|kilograms|kilogram|kilos|kg": _unit("grams", "1000"),
    "斤": _unit("grams", "500"),
    "克|grams|gram|g": _unit("grams"),
    "厘米|公分|centimeters|centimetres|cm": _unit("cm"),
    "米|meters|metres|m": _unit("cm", "100"),
    "毫米|mm": _unit("cm", "0.1"),
    "毫升|ml": _unit("ml"),
    "升|liters|litres": _unit("ml", "1000"),
    "摄氏度|度|℃|°c|°|degrees celsius|degrees": _unit("degrees"),
    "个积分|积分|分|points|point": _unit("points"),
    "期|installments|instalments|installment": _unit("terms"),
    "件|pieces|piece|items|item|pcs": _unit("items"),
    "次|遍|times|time": _unit(TIMES),
    "家门店|家店|家|stores|store|shops|shop": _unit("shops"),
    "毫安时|毫安|mah": _unit("mah"),
    "号": _unit("number"),
}
UNITS: Final[Mapping[str, Unit]] = {
    word: unit for words, unit in _WORDINGS.items() for word in words.split("|")
}
HALVES: Final[Mapping[str, Decimal]] = {word: Decimal("0.5") for word in UNITS if "半" in word}
"""What they add to the number before them: 一年半, 两个半小时."""
SIGNS: Final[Mapping[str, str]] = {"¥": MONEY, "$": "usd", "€": "eur"}
