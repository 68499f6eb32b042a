"""Companies that a customer would turn to because they were named: carriers, ways to pay, marketplaces."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from bot.grounding.claim import Claim, Kind

_NAMES: Final = {
    "sf": r"顺丰|\bsf[ -]?express\b|\bsf\b",
    "zto": r"中通|\bzto\b",
    "yto": r"圆通|\byto\b",
    "yunda": r"韵达|\byunda\b",
    "sto": r"申通|\bsto\b",
    "jt": r"极兔|\bj&t\b",
    "deppon": r"德邦|\bdeppon\b",
    "best": r"百世",
    "post": r"中国邮政|邮政|\bems\b|\bchina post\b",
    "cainiao": r"菜鸟|\bcainiao\b",
    "jd": r"京东|\bjd(?:\.com)?\b",
    "danniao": r"丹鸟",
    "kuayue": r"跨越速运",
    "dhl": r"\bdhl\b|敦豪",
    "fedex": r"\bfedex\b|联邦快递",
    "ups": r"\bups\b",
    "usps": r"\busps\b",
    "wechat pay": r"微信支付|\bwechat pay\b|微信(?=付款|、支付宝|和支付宝|或支付宝)",
    "alipay": r"支付宝|\balipay\b",
    "huabei": r"花呗|\bhuabei\b",
    "baitiao": r"白条",
    "unionpay": r"银联|云闪付|\bunionpay\b|\bquickpass\b",
    "paypal": r"\bpaypal\b|贝宝",
    "apple pay": r"\bapple pay\b",
    "google pay": r"\bgoogle pay\b",
    "visa": r"\bvisa\b",
    "mastercard": r"\bmastercard\b|万事达",
    "credit card": r"信用卡|\bcredit cards?\b",
    "cash": r"现金(?!券|红包|返|抵)|\bcash\b(?![ -]?(?:on|back))",
    "bitcoin": r"比特币|\bbitcoin\b",
    "taobao": r"淘宝|\btaobao\b",
    "tmall": r"天猫|\btmall\b",
    "pinduoduo": r"拼多多|\bpinduoduo\b",
    "douyin": r"抖音|\bdouyin\b|\btiktok\b",
    "amazon": r"亚马逊|\bamazon\b",
}
_EACH: Final = tuple((name, re.compile(pattern, re.ASCII)) for name, pattern in _NAMES.items())
_ANY: Final = re.compile("|".join(_NAMES.values()), re.ASCII)
"""Most sentences name none."""


def names(text: str) -> Iterator[Claim]:
    """Of a `plain` text."""
    if not _ANY.search(text):
        return
    for name, pattern in _EACH:
        if match := pattern.search(text):
            fact = frozenset({f"name {name}"})
            yield Claim(Kind.NAME, match[0], fact, fact)
