"""The rating that a message gives, in the words in which customers give one."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

_LEAD: Final = (
    r"(?:我|给|打|评|选|个|你们|您们|你|您|就|那|必须|这次|本次|服务|客服|好的|谢谢|满意|不错|好评|[\W_])*+"
)
_TOP: Final = r"满分|非常满意"
"""As the one who asks for the rating says it."""
_NUMBER: Final = r"(?P<stars>[1-5一二两三四五])(?!\.?\d)"
_UNIT: Final = r"(?:\s*(?P<unit>分|颗?星|stars?\b|points?\b))?"
_OPINION: Final = (
    r"(?:满意|满分|好评|好的|很|非常|特别|十分|挺|蛮|还|都|真|太|比较|不|不错|可以|行|好|棒|赞|一般|差|糟糕?"
    r"|服务|态度|客服|小姐姐|小哥哥?|回复|耐心|专业|及时|热情|辛苦|感谢|谢谢|多谢|谢|你们|您们|你|您|给|的|了|吧|啦|啊|呀|哦|哈|哟"
    r"|(?:very |so )?(?:good|great|bad|satisfied|thanks?|thank you|thx)\b)*+"
)
_TAIL: Final = rf"(?:{_OPINION}[\W_]++)*+(?:{_OPINION}$)?"
"""As far as whole clauses say nothing else: the 你 of 你是机器人吗 belongs to a question."""
_RATED: Final = re.compile(
    rf"{_LEAD}(?:(?P<top>{_TOP})|{_NUMBER}{_UNIT}){_TAIL}(?:$|(?<=[\W_]))", re.IGNORECASE
)
_ROW: Final = re.compile(r"(?:[⭐★🌟]\ufe0f?)++")
_CHINESE: Final = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5}
_BEST: Final = 5


@dataclass(frozen=True, slots=True)
class Rated:
    """What a message that rates says."""

    stars: int
    rest: str
    """What stands behind the rating, and is neither a courtesy nor an opinion."""


def rated(text: str) -> Rated | None:
    """None: the message gives no rating.

    A bare number in front of other words may count anything, "5 件" or "1. 怎么退货": one that rates says 分
    or 星, or has nothing but courtesies and opinions beside it.
    """
    text = _ROW.sub(_counted, unicodedata.normalize("NFKC", text))
    found = _RATED.match(text)
    if found is None:
        return None
    rest = text[found.end() :]
    if rest and not (found["unit"] or found["top"]):
        return None
    return Rated(_BEST if found["top"] else _number(found["stars"]), rest)


def _counted(row: re.Match[str]) -> str:
    """⭐⭐⭐ is 3星; behind a number they are its unit, and more than five are no rating."""
    stars = sum(letter != "\ufe0f" for letter in row[0])
    return "星" if row.string[: row.start()].rstrip()[-1:].isdigit() else f"{stars}星"


def _number(written: str) -> int:
    return _CHINESE.get(written) or int(written)
