"""What a promise is about, in Chinese and English: 免费 says little without 换货."""

from __future__ import annotations

import re
from typing import Final

_TOPICS: Final = {
    "return": r"退货|退换|可退|能退|寄回|退回|\breturns?\b|\breturn(?:ed|ing)\b",
    "refund": r"退款|退钱|到账|原路|\brefund",
    "exchange": r"换(?!绑|开|成)|\bexchang|\bswap",
    "resend": r"补发|重发|重新发|再发|补寄|\bresend|\breplac|\breship",
    "alter": r"改裤|改短|改长|裤长|修改尺寸|裁|\balter|\bhem\b|\bhemm|\bshorten",
    "custom": r"定制|刻字|\bcustom|\bengrav",
    "wrap": r"包装|\bwrap|\bgift box",
    "mend": r"维修|修理|修补|保修|\brepair|\bfix\b|\bmend",
    "install": r"安装|\binstall",
    "collect": r"取件|上门|\bpick[- ]?up|\bcollect",
    "dispatch": r"发货|发出|寄出|\bships?\b|\bdispatch|\bleaves?\b",
    "arrive": r"送达|签收|收到|收货|能到|到货|\bdeliver(?:y|ed|s)?\b|\barriv",
    "carry": r"运费|邮费|配送|送货|寄件|\bship|\bdeliver|\bpostage",
    "try": r"试穿|试用|\btry\b|\btrial|\bsample",
    "wash": r"清洗|干洗|洗涤|\blaundr|\bdry[- ]clean",
    "fee": r"手续费|\bhandling fee|\bservice fee",
    "invoice": r"发票|\binvoice",
    "member": r"会员|注册|\bmember|\bregister|\bsign up",
    "store": r"寄存|保管|\bstorage",
    "upgrade": r"升级|\bupgrad",
    "parcel": r"物流|快递|包裹|\bparcel|\bpackage|\btracking",
    "online": r"在线|上班|营业|\bonline\b|\bopen\b|\bstaff\b",
    "insure": r"运费险|保险|\binsur",
}
_EACH: Final = tuple((name, re.compile(pattern, re.ASCII)) for name, pattern in _TOPICS.items())


def topics(text: str) -> frozenset[str]:
    """Of a `plain` text; empty where it names none that we know."""
    return frozenset(name for name, pattern in _EACH if pattern.search(text))
