"""Does somebody complain? Rules alone, for what is said in so many words.

"怎么投诉" and "投诉电话是多少" are questions.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from bot.pipeline.clauses import LONGEST

_MUST: Final = r"(?:我|那|现在|真的|一定|必须|要|想|得|就|气死了|已经|去|到)*+"
_WHOM: Final = r"(?:你们家|你们店|你们|你家|你|您|客服|商家|卖家|店家|店铺)"
_ASKS: Final = re.compile(r"怎么|如何|哪|电话|渠道|流程|吗|多少|什么时候")
_RULES: Final = re.compile(
    rf"{_MUST}投诉{_WHOM}?(?:客服)?(?:了|啊|吧|呀)*+"
    rf"|{_MUST}(?:投诉|举报|曝光|告){_WHOM}.*+"
    rf"|{_MUST}(?:打|找|去|向)?(?:12315|消协|工商局?|消费者协会)(?:投诉|举报|告){_WHOM}?(?:了|吧)*+"
    rf"|{_MUST}(?:打|找)(?:12315|消协|工商局?)(?:了|吧)*+"
    rf"|(?:{_WHOM}|一定|必须|我要|要|就)*+(?:给|打){_WHOM}?差评(?:了|吧)*+"
    rf"|{_WHOM}?(?:的)?(?:这个?)?(?:服务|态度|质量|体验|客服)(?:真的|真是|真|实在|也|太|很|非常|极)*+(?:差|烂|垃圾|恶劣|糟糕)"
    r"(?:了|吧|啊|劲|死)*+"
    r"|(?:太|真|很|非常|让人)*+(?:气人|过分|失望|坑人|坑|不负责任)(?:了|吧|啊)*+|气死(?:(?:我|人)了?|了)"
    rf"|{_WHOM}?(?:这是|就是|这不是)?(?:虚假宣传|欺骗消费者|欺诈|骗钱|骗子|骗人)(?:的|啊|吧|嘛|吗)*+"
)
_THREAT: Final = re.compile(
    r".*?不(?!是).*?(?:我们?|俺|就|只能|只好|只有)"
    rf"(?:我们?|就|真的|直接|只能|只好|要|得|会|去|给|打|找|向|上|到|{_WHOM})*+"
    rf"(?:投诉|举报|曝光|起诉|差评|12315|消协|工商局?|告(?={_WHOM}))(?:投诉|举报|{_WHOM}|了|啊|吧|呀|的)*+"
)
"""What they do unless something is done: 再不发货我就投诉, 再不告诉我什么时候发货就打12315."""
_IN_ENGLISH: Final = re.compile(
    r"(?:i |we |want to |would like to |need to |id like to |going to |im going to |will |must )*+"
    r"(?:file a complaint|make a complaint|complain|report you|sue you)(?: about .{1,80}| to .{1,80}| now)?"
    r"|(?:this|that|it|your service|the service) (?:is|was) (?:really |absolutely |totally )?"
    r"(?:unacceptable|ridiculous|terrible|awful|outrageous|a scam|a joke)"
    r"|(?:the )?worst (?:service|experience|shop)(?: ever)?"
)


def complains(clauses: Sequence[str]) -> bool:
    """True when it is said clearly."""
    return any(_complains(clause) for clause in clauses if len(clause) <= LONGEST)


def _complains(clause: str) -> bool:
    if clause.isascii():
        return _IN_ENGLISH.fullmatch(clause) is not None
    if _THREAT.fullmatch(clause):
        return True
    return _ASKS.search(clause) is None and _RULES.fullmatch(clause) is not None
