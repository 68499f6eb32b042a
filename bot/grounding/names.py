"""Companies that a customer would turn to because they were named: carriers, ways to pay, marketplaces."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from bot.grounding.claim import Claim, Kind
from bot.grounding.text import has_latin

_NAMES: Final = {
    "sf": (r"顺丰", r"\bsf[ -]?express\b|\bsf\b"),
    "zto": (r"中通", r"\bzto\b"),
    "yto": (r"圆通", r"\byto\b"),
    "yunda": (r"韵达", r"\byunda\b"),
    "sto": (r"申通", r"\bsto\b"),
    "jt": (r"极兔", r"\bj&t\b"),
    "deppon": (r"德邦", r"\bdeppon\b"),
    "best": (r"百世", ""),
    "post": (r"中国邮政|邮政", r"\bems\b|\bchina post\b"),
    "cainiao": (r"菜鸟", r"\bcainiao\b"),
    "jd": (r"京东", r"\bjd(?:\.com)?\b"),
    "danniao": (r"丹鸟", ""),
    "kuayue": (r"跨越速运", ""),
    "dhl": (r"敦豪", r"\bdhl\b"),
    "fedex": (r"联邦快递", r"\bfedex\b"),
    "ups": ("", r"\bups\b"),
    "usps": ("", r"\busps\b"),
    "wechat pay": (r"微信支付|微信(?=付款|、支付宝|和支付宝|或支付宝)", r"\bwechat pay\b"),
    "alipay": (r"支付宝", r"\balipay\b"),
    "huabei": (r"花呗", r"\bhuabei\b"),
    "baitiao": (r"白条", ""),
    "unionpay": (r"银联|云闪付", r"\bunionpay\b|\bquickpass\b"),
    "paypal": (r"贝宝", r"\bpaypal\b"),
    "apple pay": ("", r"\bapple pay\b"),
    "google pay": ("", r"\bgoogle pay\b"),
    "visa": ("", r"\bvisa\b"),
    "mastercard": (r"万事达", r"\bmastercard\b"),
    "credit card": (r"信用卡", r"\bcredit cards?\b"),
    "cash": (r"现金(?!券|红包|返|抵)", r"\bcash\b(?![ -]?(?:on|back))"),
    "bitcoin": (r"比特币", r"\bbitcoin\b"),
    "taobao": (r"淘宝", r"\btaobao\b"),
    "tmall": (r"天猫", r"\btmall\b"),
    "pinduoduo": (r"拼多多", r"\bpinduoduo\b"),
    "douyin": (r"抖音", r"\bdouyin\b|\btiktok\b"),
    "amazon": (r"亚马逊", r"\bamazon\b"),
}
"""By what each is known in Chinese, and in Latin letters."""
_EACH: Final = tuple(
    (name, re.compile("|".join(filter(None, wordings)), re.ASCII)) for name, wordings in _NAMES.items()
)
_IN_HAN: Final = re.compile("|".join(han for han, _ in _NAMES.values() if han))
_IN_LATIN: Final = re.compile("|".join(latin for _, latin in _NAMES.values() if latin), re.ASCII)


def names(text: str) -> Iterator[Claim]:
    """Of a `plain` text."""
    if not (_IN_HAN.search(text) or (has_latin(text) and _IN_LATIN.search(text))):
        return  # as most sentences
    for name, pattern in _EACH:
        if match := pattern.search(text):
            fact = frozenset({f"name {name}"})
            yield Claim(Kind.NAME, match[0], fact, fact)
