"""What in a text is somebody's own: numbers to reach or to charge them, their address, their name.

By shape alone, with check digits where there are some: prices, dates, order numbers and codes of items stay.
A number that is said to be an order's is one, whatever it looks like.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bot.safety.checksums import is_card, is_identity
from bot.safety.places import addresses

_GAP: Final = r"[ \-.·\u200b-\u200f\u2060\ufeff]?"
_ALONE, _ENDS = r"(?<![0-9A-Za-z])", r"(?![0-9A-Za-z])"
_LONG_NUMBER: Final = re.compile(r"[A-Za-z]*\d(?:[\W_]?\d){4,}[A-Za-z0-9]*")
_SOMEBODYS: Final = re.compile(r"\d(?:[\W_]?\d){4}|@")
_ORDER: Final = re.compile(
    r"(?:订单|单号|运单|工单|货号|款号|编号|型号|编码|SKU|order)\s*(?:号|编号|号码|number|no\.?)?\s*(?:是|为)?"
    r"\s*[:：#]?\s*$",
    re.IGNORECASE,
)
_BEFORE: Final = 16
"""Characters in which a number is said to be an order's."""
_DIGITS: Final = re.compile(r"\d\D*+\d\D*+\d|@")
"""The least that a number of somebody's has."""
_SPOKEN_DIGITS: Final = re.compile(r"(?:[0-9〇零一幺二三四五六七八九][ /·\-]?){11}")
_MAYBE: Final = re.compile(r"\d{4}|\d[^\w\n]\d|@|[\u4e00-\u9fff\uff10-\uff20]")
_SURNAMES: Final = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢"
    "蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟"
    "龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
_HALF: Final = str.maketrans({0xFEE0 + code: chr(code) for code in range(0x21, 0x7F)})
"""Full width as half width, letter by letter, so that places stay where they are."""
_SPOKEN: Final = str.maketrans("〇零一幺二三四五六七八九", "001123456789")


class Kind(StrEnum):
    """What a find is, as a shop's model reads it."""

    PHONE = "电话"
    IDENTITY = "身份证号"
    CARD = "银行卡号"
    EMAIL = "邮箱"
    PLATE = "车牌号"
    ADDRESS = "地址"
    NAME = "姓名"


@dataclass(frozen=True, slots=True)
class Found:
    """Something that is somebody's own."""

    kind: Kind
    start: int
    end: int


_MOBILE: Final = re.compile(rf"{_ALONE}\+?(?:(?:00)?86{_GAP})?1[3-9]\d(?:{_GAP}\d{{4}}){{2}}{_ENDS}", re.A)
_SPACED: Final = re.compile(rf"{_ALONE}1[ /·\-]?[3-9](?:[ /·\-]?\d){{9}}{_ENDS}", re.A)
"""In whatever groups. Without dots and commas: an address of a machine and a price have those."""
_RULES: Final[tuple[tuple[Kind, re.Pattern[str], Callable[[str], bool]], ...]] = (
    (
        Kind.IDENTITY,
        re.compile(rf"{_ALONE}[1-9]\d{{5}}{_GAP}(?:18|19|20)\d{{6}}{_GAP}\d{{3}}[\dXx]{_ENDS}", re.A),
        is_identity,
    ),
    (
        Kind.CARD,
        re.compile(rf"{_ALONE}(?:62|60|4\d|5[1-5]|3[4-7])(?:{_GAP}\d){{13,17}}{_ENDS}", re.A),
        is_card,
    ),
    (Kind.PHONE, _MOBILE, lambda _: True),
    (Kind.PHONE, re.compile(rf"\+(?!86)[1-9]\d{{0,2}}(?:[ -]?\d){{7,11}}{_ENDS}", re.A), lambda _: True),
    (Kind.PHONE, _SPACED, lambda _: True),
    (
        Kind.PHONE,
        re.compile(
            rf"{_ALONE}(?:[(（]0\d{{2,3}}[)）] ?|0\d{{2,3}}[ -]|0(?:10|2\d|[3-9]\d\d))"
            rf"[2-9]\d{{2,3}}[ -]?\d{{4}}(?:[转-]\d{{1,5}})?{_ENDS}",
            re.A,
        ),
        lambda _: True,
    ),
    (
        Kind.EMAIL,
        re.compile(r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,}"),
        lambda _: True,
    ),
    (
        Kind.PLATE,
        re.compile(
            r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Za-hj-np-z][·• -]?"
            r"(?=(?:[A-Za-z]*\d){3})[A-HJ-NP-Za-hj-np-z0-9]{4,5}(?:[A-HJ-NP-Za-hj-np-z0-9](?![0-9A-Za-z])|[挂学警港澳])"
        ),
        lambda _: True,
    ),
)
_NAMED: Final = re.compile(
    r"(?:收件人|收货人|联系人|姓名|我叫|我的名字|名字)(?:姓名|名字|的名字)?\s*(?:是|为|叫)?\s*[:：]?\s*"
    rf"((?!方[式法便面]|何时|任何|金额|高[级于]|常用|文字|白色|马上|易|于)(?:欧阳|司马|上官|诸葛|[{_SURNAMES}])"
    r"(?:·?[\u4e00-\u9fff]{1,2}?|先生|女士|小姐))"
    r"(?=\s|$|[^\u4e00-\u9fff]|电话|手机|地址|联系|先生|女士|小姐|收|住|，)"
)


def find(text: str) -> list[Found]:
    """In the order of the text; none lies within another."""
    if not _MAYBE.search(text):
        return []
    plain = text.translate(_HALF)
    free = [True] * len(text)
    kept: list[Found] = []
    for found in (*_numbers(plain), *_words(plain)):
        if all(free[found.start : found.end]):
            free[found.start : found.end] = [False] * (found.end - found.start)
            kept.append(found)
    return sorted(kept, key=lambda found: found.start)


def replaced(text: str, by: Callable[[Kind, str], str]) -> str:
    """The text with something else in each place; `by` gets what stood there."""
    pieces, end = [], 0
    for found in find(text):
        pieces += [text[end : found.start], by(found.kind, text[found.start : found.end])]
        end = found.end
    return "".join((*pieces, text[end:]))


def masked(text: str) -> str:
    """For a log: what it was, and nothing of it."""
    return replaced(text, lambda kind, _: f"[{kind.name.lower()}]")


def anonymous(text: str, hidden: str = "…") -> str:
    """For what others read: without any longer number either, as an order is somebody's, too."""
    return _LONG_NUMBER.sub(hidden, replaced(text, lambda _, __: hidden))


def names_somebody(text: str) -> bool:
    """Is there anything in it that could be one customer's own: of the above, any longer number, any @?"""
    return _SOMEBODYS.search(text) is not None or bool(find(text))


def _numbers(plain: str) -> Iterator[Found]:
    for kind, rule, holds in _RULES if _DIGITS.search(plain) else ():
        for match in rule.finditer(plain):
            if holds(match[0]) and not _is_an_orders(plain, match.start()):
                yield Found(kind, *match.span())
    if _SPOKEN_DIGITS.search(plain):
        for match in _SPACED.finditer(plain.translate(_SPOKEN)):
            if not _is_an_orders(plain, match.start()):
                yield Found(Kind.PHONE, *match.span())


def _words(plain: str) -> Iterator[Found]:
    yield from (Found(Kind.ADDRESS, *span) for span in addresses(plain))
    yield from (Found(Kind.NAME, *match.span(1)) for match in _NAMED.finditer(plain))


def _is_an_orders(plain: str, start: int) -> bool:
    return _ORDER.search(plain[max(0, start - _BEFORE) : start]) is not None
