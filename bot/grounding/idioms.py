"""What is written with a number or a day and claims neither: 万一, 稍等一分钟, 祝您周末愉快."""

from __future__ import annotations

import re
from typing import Final

from bot.grounding.numerals import SIGN
from bot.grounding.text import blank

_UNCOUNTED: Final = re.compile(
    rf"(?<!{SIGN})(?:万一|[一百]度)"
    r"|[第的每某有那同另这]一?(?:一天|一年)|\b(?:nice|great|good|lovely)\sday|一年四季|一天到晚"
    r"|[大小][一两]号"
    r"|一[天日](?=[^，。;]{0,3}?[1-9一二两三四五六七八九十]\s?[次顿餐回遍])|二次(?=销售|出售|上架|使用|加工|污染|确认|元)"
    r"|[这那近][两几]天(?!之?内|就)|[这那][两三][件次款家]|两[件家](?=都|款?均)"
    r"|稍[等候][^，。;\d]{0,2}[一两几1-3]\s?(?:分钟|秒钟?)|[等找说看聊忙弄试]了?[您你]?半天"
    r"|\b(?:just|wait|hold on|give (?:me|us))(?: for)? (?:a|one) (?:min(?:ute)?|sec(?:ond)?)\b",
    re.ASCII,
)
"""The article, an adverb, how often in a day, what was spoken of, a size, a while."""
_WISHED: Final = "愉快|快乐|开心|顺利|顺心|如意|幸福|安康|吉祥|好心情|好运|美好|健康|平安"
_DAY: Final = (
    r"(?:20\d\d\s?年|[每天]一?天|一[天年周]|周末|双休日|(?:周|星期|礼拜)[一二三四五六日天]"
    r"|\bweekend|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day)"
)
_WORDS: Final = r"(?:[^\d，。;!?\n]|20\d\d\s?年)"
_WISH: Final = re.compile(
    rf"[祝愿]{_WORDS}{{0,16}}?(?:{_WISHED})(?:[，、!\s]{{1,2}}{_WORDS}{{0,12}}?(?:{_WISHED}))*"
    rf"|{_DAY}(?:都|也)?(?:能|要)?(?:[有是]个?)?(?:{_WISHED})"
    rf"|\b(?:have|enjoy|wish(?:ing)? you) (?:an?|your|the) (?:[a-z]+ ){{0,3}}?{_DAY}",
    re.ASCII,
)
_DAY_OF_WISH: Final = re.compile(_DAY, re.ASCII)
"""Nothing else of a wish is let pass: who wishes 30天退货顺利 has said 30天."""
_ANY: Final = re.compile(
    rf"{SIGN}|几|天|周|双休|星期|礼拜|20\d\d|稍|day|weekend|\b(?:a|one) (?:min|sec)", re.ASCII
)
"""Each has one of these."""


def without(text: str) -> str:
    """The `plain` text with what of these looks like a claim taken out; the rest stays in its place."""
    if not _ANY.search(text):
        return text
    text = _WISH.sub(lambda wish: blank(wish[0], _DAY_OF_WISH), text)
    return blank(text, _UNCOUNTED)
