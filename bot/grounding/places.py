"""Where something holds: 江浙沪包邮 is none for 新疆, and 港澳台除外 one for all others."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from bot.grounding.claim import Claim, Kind
from bot.grounding.text import denies

EVERYWHERE: Final = "全国"
_PROVINCES: Final = {
    "北京": "北京(?!时间)|beijing",
    "天津": "天津",
    "上海": "上海(?!鲜)|shanghai",
    "重庆": "重庆",
    "河北": "河北|石家庄|唐山|保(?<!确保)定(?![时期金制做量])|廊坊",
    "山西": "山西|太原(?![始本来])|大同(?!小)",
    "内蒙古": "内蒙古?|呼和浩特|包头(?![巾发层])",
    "辽宁": "辽宁|沈阳|大连(?![衣体帽锁号接])",
    "吉林": "吉林|长春",
    "黑龙江": "黑龙江|哈尔滨|大庆(?!典)",
    "江苏": "江苏|南京(?!路)|nanjing|苏州|无锡|常州|南通|徐州|扬州",
    "浙江": "浙江|杭州|hangzhou|宁波|温州|嘉兴|绍兴|金华|义乌|台州",
    "安徽": "安徽|合(?<!适合)肥(?!胖)|芜湖",
    "福建": "福建|福州|厦门|泉州",
    "江西": "江西|南昌|赣州",
    "山东": "山东|济南|青岛|烟台|潍坊|临沂",
    "河南": "河南|郑州|洛阳",
    "湖北": "湖北|武汉|宜昌|襄阳",
    "湖南": "湖南|长沙(?!发)|株洲",
    "广东": "广东|广州|深圳|guangzhou|shenzhen|东莞|佛山|珠海|惠(?<!优惠)州|中山市|汕头",
    "广西": "广西|南宁|桂林|柳州",
    "海南": "海南|海口|三亚",
    "四川": "四川|成都(?![是要会在有可能行没不])|chengdu|绵阳",
    "贵州": "贵州|贵阳|遵义",
    "云南": "云南|昆明|大理(?![石想由])|丽江",
    "西藏": "西藏|拉萨",
    "陕西": "陕西|西(?<!东西)安(?![全装静心放])|咸阳",
    "甘肃": "甘肃|兰州",
    "青海": "青海|西宁",
    "宁夏": "宁夏|银川",
    "新疆": "新疆|乌鲁木齐|喀什|伊犁",
    "香港": "香港|hong kong",
    "澳门": "澳门",
    "台湾": "台湾",
    "偏远地区": "偏远(?:地区|省份)?|边远地区",
    "海外": "海外|国外|境外",
    EVERYWHERE: "全国|所有地[区方]|任何地[区方]|全部地[区方]|各地|哪里都|哪儿都",
}
_TOGETHER: Final = {
    "江浙沪皖": ("江苏", "浙江", "上海", "安徽"),
    "江浙沪": ("江苏", "浙江", "上海"),
    "江浙": ("江苏", "浙江"),
    "京津冀": ("北京", "天津", "河北"),
    "东三省|东北": ("辽宁", "吉林", "黑龙江"),
    "港澳台": ("香港", "澳门", "台湾"),
    "港澳": ("香港", "澳门"),
    "川渝": ("四川", "重庆"),
    "两广": ("广东", "广西"),
}
_EACH: Final = (
    *((re.compile(written), frozenset(which)) for written, which in _TOGETHER.items()),
    *((re.compile(written), frozenset({name})) for name, written in _PROVINCES.items()),
)
_ANY: Final = re.compile("|".join(pattern.pattern for pattern, _ in _EACH))
"""Each wording begins with a letter of its own, which makes it quick to see that none is there."""
_OTHERS: Final = re.compile(r"其他|其它|其余|别的|部分|某些|有些|以外|之外|除|大陆|内地")
_EXCEPTED: Final = re.compile(
    r"(?P<before>[^，。；;:（）()]{2,30})除外|除了?(?P<between>[^，。；;（）()]{2,20}?)(?:以外|之外|外)"
    r"|不(?:含|包括|包含)(?P<behind>[^，。；;（）()]{2,20})"
)
_APART: Final = re.compile(r"[、/,\s]|以?及|和|与|或者?|等")
_LEAST: Final = 2
"""Letters of what is named: one may stand in any word."""


_REMOTE: Final = frozenset({"新疆", "西藏", "青海", "内蒙古", "宁夏", "甘肃", "海南"})
_ABROAD: Final = frozenset({"香港", "澳门", "台湾"})
_WIDER: Final = dict.fromkeys(_REMOTE, "偏远地区") | dict.fromkeys(_ABROAD, "海外")
_WHOLES: Final = frozenset({EVERYWHERE, "偏远地区", "海外"})


def named(text: str) -> Iterator[Claim]:
    """The provinces that a `plain` text names: a shop that tells of 上海 alone has no branch in 南京. What is
    not done there follows from where it is."""
    if not _ANY.search(text):
        return
    some = {"place some"} if denies(text) else set[str]()
    for pattern, names in _EACH:
        if match := pattern.search(text):
            for name in names - _WHOLES:
                needs = {f"place {one}" for one in (name, EVERYWHERE, _WIDER.get(name, name))}
                yield Claim(Kind.NAME, match[0], known_by(name), frozenset(needs | some), own=True)


def implied(text: str) -> frozenset[str]:
    """The facts of all places, and of the country, that a `plain` text names."""
    return known_by(*_named(text)) if _ANY.search(text) else frozenset()


def known_by(*names: str) -> frozenset[str]:
    """As facts."""
    return frozenset({"place some", *(f"place {name}" for name in names)})


def places(text: str) -> frozenset[str]:
    """By province; none where none is named, or others are meant than those named."""
    if not _ANY.search(text) or _OTHERS.search(text):
        return frozenset()
    return _named(text)


def exceptions(sentence: str) -> frozenset[str]:
    """What a `plain` sentence leaves out of what it promises, places by province."""
    names = set[str]()
    if "除" not in sentence and "不" not in sentence:
        return frozenset()
    for match in _EXCEPTED.finditer(sentence):
        listed = match["before"] or match["between"] or match["behind"]
        names |= {name for name in _APART.split(listed) if len(name) >= _LEAST} | _named(listed)
    return frozenset(names)


def bound_to(sentence: str) -> bool:
    """Whether it names any place but all."""
    return _ANY.search(sentence) is not None and bool(_named(sentence) - {EVERYWHERE})


def leaves_out(clause: str) -> bool:
    """Whether a clause is of all but what it names."""
    return _OTHERS.search(clause) is not None or _EXCEPTED.search(clause) is not None


def _named(text: str) -> frozenset[str]:
    return frozenset(name for pattern, names in _EACH if pattern.search(text) for name in names)
