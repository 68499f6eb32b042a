"""What is asked of a thing, and whether a text tells it: who asks for a price means what has one.

Where an aspect can be told in any words (is it any good?), nothing can be said against a text.
"""

from __future__ import annotations

import re
from typing import Final

from bot.pipeline.plain import folded

_ASPECTS: Final = tuple(
    (re.compile(asked), re.compile(told))
    for asked, told in (
        (
            r"价格|价钱|多少钱|怎么卖|便宜|贵不贵|\b(?:prices?|cost|how much)\b",
            r"价|元|块|费|门票|人均|[¥$€£]|\b(?:prices?|costs?|free|usd|eur|gbp|rmb|cny)\b",
        ),
        (r"颜色|[红黄蓝绿黑白灰粉紫]色|\bcolou?rs?\b", r"[色红黄蓝绿黑白灰粉紫棕]|\bcolou?rs?\b"),
        (
            r"尺码|尺寸|规格|容量|多[大重长高]|\b(?:sizes?|weigh)\b",
            r"码|寸|规格|容量|[大长宽高厚重]|\d ?(?:(?:[cmk]?m|k?g|m?l|oz|lb)(?![a-z])|[毫厘千]?[米克升]|斤)"
            r"|\b(?:sizes?|weigh|weight)\b",
        ),
        (r"材质|面料|成分|\bmaterial\b", r"材|料|成分|[棉麻毛绒丝皮革胶钢木]|%|\bmaterial\b"),
        (
            r"有货|现货|库存|\b(?:in stock|available)\b",
            r"[有现缺无]货|库存|售罄|\b(?:stock|available|sold out)\b",
        ),
        (r"产地", r"产"),
        (r"保质期|保修|\bwarranty\b", r"保|\d ?[年月天]|\b(?:warranty|guarantee)\b"),
        (r"地址|\baddress\b", r"地址|位于|[路街巷]|\baddress\b"),
        (r"电话|\bphone\b", r"电话|手机|热线|\d{7}|\d{3}-\d{4}|\b(?:phone|tel)\b"),
        (r"营业|几点", r"营业|开放|时间|\d ?点|\d:\d|\bhours\b"),
        (r"多久|\bhow long\b", r"时间|期|小时|分钟|[天日周月年]|\b(?:days?|hours?|weeks?|months?|years?)\b"),
        (r"周边|附近", r"周边|附近|地址|位于"),
        (r"好评|评[分价]", r"好评|评[分价]"),
        (r"型号|质量|好用|怎么[用洗]|能洗|名字", r""),
    )
)
"""How each is asked for, and what stands in a text that tells it."""
_PRICE: Final = r"(?:价格|价钱|多少钱|怎么卖)"
_OF_NO_NAME: Final = (
    r"(?:请问|老板|掌柜|店家|亲|你好|您好|这边|[这那](?:个|款|件|种|条|双|台|套|本)?|它|该款|一[个件条双套]|单价|的|是|要|卖|多少(?!钱)|什么|大概|一共|总共"
    r"|呢|啊|呀|吗|哦|[\W_])*+"
)
_PRICE_ALONE: Final = re.compile(rf"{_OF_NO_NAME}{_PRICE}(?:{_PRICE}|{_OF_NO_NAME})")


def is_of_a_thing(question: str) -> bool:
    """True when something is asked that things have: a price, a colour."""
    question = folded(question)
    return any(asked.search(question) for asked, _ in _ASPECTS)


def is_price_alone(question: str) -> bool:
    """True when the price is asked for of what is only pointed at, or left out: 这个多少钱."""
    return _PRICE_ALONE.fullmatch(folded(question)) is not None


def is_told(question: str, text: str) -> bool:
    """False when something is asked that this text has no word of."""
    question, text = folded(question), folded(text)
    return all(told.search(text) for asked, told in _ASPECTS if asked.search(question))
