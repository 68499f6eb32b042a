"""Companies that a customer would turn to because they were named: carriers, ways to pay, marketplaces.

不发中通 names one, too, and is the opposite of 发中通: who is only told the one must not say the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from bot.grounding.claim import Claim, Kind
from bot.grounding.text import around, asks, denies, has_latin

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
    "cash": (r"(?<![抵返])现金(?!券|红包|返|抵)", r"\bcash\b(?![ -]?(?:on|back))"),
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


_ONE: Final = rf"(?:{'|'.join(wording for both in _NAMES.values() for wording in both if wording)})"
_KIND: Final = r"(?:支付|付款|快递|速运|速递|物流|配送|付费)?"
_AND: Final = r"\s?(?:、|/|,|和|或者?|及|以及|与|跟|\bor\b|\band\b)\s?"
_OTHERS_BEFORE: Final = rf"(?:{_ONE}{_KIND}{_AND}){{0,6}}$"
_OTHERS_BEHIND: Final = rf"^{_KIND}(?:{_AND}{_ONE}{_KIND}){{0,6}}"
_MAY: Final = r"(?:再|能|可以?|会|得|支持|接受|提供|开通|使用|通过|走|发|寄|收|有){1,4}用?"
_DENIED_BEFORE: Final = re.compile(
    rf"(?:(?:不|没|未|无法){_MAY}|没有|暂无|\bno\b|(?:\bnot|n't|\bcannot|\bnever)(?:\s[a-z]+){{1,2}})\s?{_OTHERS_BEFORE}",
    re.ASCII,
)
_END: Final = r"(?:使用|付款|支付|下单|的|了|哦|呢|呀|啊|哈|噢|喔|~|\s|[.!]){0,4}$"
_FILLERS: Final = r"(?:我们|本店|店里|这边|这里|目前|现在|暂时?|还|都|也|是|\s){0,5}"
_DENIED_BEHIND: Final = re.compile(
    rf"{_OTHERS_BEHIND}{_FILLERS}(?:(?:不|未|无法){_MAY}|不行|用不了|没有){_END}"
    rf"|{_OTHERS_BEHIND}\s(?:is|are)(?:n't|\snot)\s[a-z]+",
    re.ASCII,
)
_ALONE: Final = re.compile(
    rf"^(?:抱歉|不好意思|亲|您好|那|sorry|unfortunately|we|do|does|can|\s){{0,5}}{_FILLERS}$"
)
_GOES_NO_FURTHER: Final = re.compile(
    rf"{_OTHERS_BEHIND}(?:发货|寄件|结账|结算|\s?payments?)?{_END}", re.ASCII
)
_AFFIRMED_BEFORE: Final = re.compile(
    rf"(?:支持|可以?|能|使用|用|默认|接受|通过|发|走|寄|是|选择?|\b(?:by|via|with|use|accept|take|support))\s?{_OTHERS_BEFORE}"
)
_AFFIRMED_BEHIND: Final = re.compile(rf"{_OTHERS_BEHIND}(?:都|也|是)?(?:可以|支持|能|行(?!不)|没问题)")


def names(text: str) -> Iterator[Claim]:
    """Of a `plain` text."""
    if not (_IN_HAN.search(text) or (has_latin(text) and _IN_LATIN.search(text))):
        return  # as most sentences
    asked, denied = asks(text), denies(text)
    for name, pattern in _EACH:
        for match in pattern.finditer(text):
            before, behind = around(text, *match.span())
            if _is_denied(before, behind):
                yield _denial(name, match[0], of_all=_is_all(before, behind))
            else:
                sure = not asked and (not denied or _is_affirmed(before, match[0], behind))
                yield _affirmation(name, match[0], sure=sure)


def _denial(name: str, words: str, *, of_all: bool) -> Claim:
    """不支持支付宝 of orders from abroad is no denial where 支付宝 is known to be taken."""
    known, denied = frozenset({f"name {name}"}), frozenset({f"no name {name}"})
    if of_all:
        return Claim(Kind.NAME, words, denied, denied, against=known)
    return Claim(Kind.NAME, words, denied, denied | known)


def _affirmation(name: str, words: str, *, sure: bool) -> Claim:
    """What may be part of a denial that begins elsewhere (支付宝的话，还不支持) is borne out by either."""
    known, denied = frozenset({f"name {name}"}), frozenset({f"no name {name}"})
    if sure:
        return Claim(Kind.NAME, words, known, known, against=denied)
    return Claim(Kind.NAME, words, known, known | denied)


def _is_denied(before: str, behind: str) -> bool:
    return _DENIED_BEFORE.search(before) is not None or _DENIED_BEHIND.search(behind) is not None


def _is_all(before: str, behind: str) -> bool:
    """Whether it is denied whatever the case: 默认不发顺丰 leaves it to who pays for it."""
    if denial := _DENIED_BEFORE.search(before):
        before = before[: denial.start()]
        return _ALONE.search(before) is not None and _GOES_NO_FURTHER.search(behind) is not None
    return _ALONE.search(before) is not None


def _is_affirmed(before: str, words: str, behind: str) -> bool:
    said = _AFFIRMED_BEFORE.search(before) or _AFFIRMED_BEHIND.search(behind)
    return said is not None and not denies(f"{before}{words}{behind}")
