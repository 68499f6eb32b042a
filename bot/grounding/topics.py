"""What a promise is about, in Chinese and English: 免费 says little without 换货."""

from __future__ import annotations

import re
from typing import Final

from bot.grounding.text import has_latin

_TOPICS: Final = {
    "return": (r"退货|退换|可退|能退|寄回|退回", r"\breturns?\b|\breturn(?:ed|ing)\b"),
    "refund": (r"退款|退钱|到账|原路", r"\brefund"),
    "exchange": (r"换(?!绑|开|成)", r"\bexchang|\bswap"),
    "resend": (r"补发|重发|重新发|再发|补寄", r"\bresend|\breplac|\breship"),
    "alter": (r"改裤|改短|改长|裤长|修改尺寸|裁", r"\balter|\bhem\b|\bhemm|\bshorten"),
    "custom": (r"定制|刻字", r"\bcustom|\bengrav"),
    "wrap": (r"包装", r"\bwrap|\bgift box"),
    "mend": (r"维修|修理|修补|保修", r"\brepair|\bfix\b|\bmend"),
    "install": (r"安装", r"\binstall"),
    "collect": (r"取件|上门", r"\bpick[- ]?up|\bcollect"),
    "dispatch": (r"发货|发出|寄出", r"\bships?\b|\bdispatch|\bleaves?\b"),
    "arrive": (r"送达|签收|收到|收货|能到|到货", r"\bdeliver(?:y|ed|s)?\b|\barriv"),
    "carry": (r"运费|邮费|配送|送货|寄件", r"\bship|\bdeliver|\bpostage"),
    "try": (r"试穿|试用", r"\btry\b|\btrial|\bsample"),
    "wash": (r"清洗|干洗|洗涤", r"\blaundr|\bdry[- ]clean"),
    "fee": (r"手续费", r"\bhandling fee|\bservice fee"),
    "invoice": (r"发票", r"\binvoice"),
    "member": (r"会员|注册", r"\bmember|\bregister|\bsign up"),
    "store": (r"寄存|保管", r"\bstorage"),
    "upgrade": (r"升级", r"\bupgrad"),
    "parcel": (r"物流|快递|包裹", r"\bparcel|\bpackage|\btracking"),
    "online": (r"在线|上班|营业", r"\bonline\b|\bopen\b|\bstaff\b"),
    "insure": (r"运费险|保险", r"\binsur"),
}
_IN_HAN: Final = tuple((name, re.compile(han)) for name, (han, _) in _TOPICS.items())
_IN_LATIN: Final = tuple((name, re.compile(latin, re.ASCII)) for name, (_, latin) in _TOPICS.items())


def topics(text: str) -> frozenset[str]:
    """Of a `plain` text; empty where it names none that we know."""
    each = (*_IN_HAN, *_IN_LATIN) if has_latin(text) else _IN_HAN
    return frozenset(name for name, pattern in each if pattern.search(text))
