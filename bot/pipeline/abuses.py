"""Is the bot, or whoever is behind it, called names? Rules alone, and nothing else in the clause.

"猪肉脯", "神经科" and "垃圾袋" are goods and matters. What is asked beside an insult is a question all the
same.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from bot.pipeline.clauses import LONGEST
from bot.pipeline.small_talk import small_talk

_YOU: Final = (
    r"(?:你们全家|你们|你全家|你他妈|你个|你这个|你这|你|您|他妈的?|一群|全是|都是|就是|真是|真他妈|真|个|是|这群|这帮|这"
    r"|什么|死|客服|机器人|人工)"
)
_NAME: Final = (
    r"(?:傻[逼比叉bx]|煞笔|沙比|sb|傻子|智障|脑残|弱智|白痴|蠢货|蠢猪|蠢驴|废物|王八蛋|混蛋|混账|贱人|贱货"
    r"|狗东西|畜生|人渣|人工智障|神经病|垃圾客服|垃圾机器人|不要脸(?:的东西)?|死全家|狗屎)"
)
_DO: Final = r"(?:滚|滚蛋|滚开|滚远点|去死|去死吧|闭嘴|死开|有病吧?|脑子有病|脑子进水了?|有毛病吧?)"
_CURSE: Final = r"(?:[操草日肏艹干]你[妈马吗]的?|草泥马|你妈的|他妈的|妈的|特么的|tmd|nmsl|cnm|mlgb|卧槽你妈)"
_END: Final = r"(?:吧|啊|呀|啦|了|吗|么|的|东西|玩意|玩意儿|客服|机器人|们|你|什么)*+"
_IN_ENGLISH: Final = (
    r"(?:(?:you|your|youre|are|a|an|such|what|stupid|dumb|fucking|bloody|damn|this|the|just|hey|oh|so|really"
    r"|all) )*+(?:fuck(?: you| off| this shit| this)?|idiots?|morons?|assholes?|bastards?|bitch|dumbass|shit"
    r"|piece of shit|imbecile|stupid|dumb|son of a bitch|shut up|shut the (?:hell|fuck) up|screw you"
    r"|go to hell"
    r"|(?<=stupid )(?:bot|robot|machine)|(?<=dumb )(?:bot|robot|machine))"
    r"(?: (?:you|bot|robot|machine|stupid|asshole|idiot|moron))*+"
)
_RULE: Final = re.compile(
    rf"(?:给我|快|你)*+{_DO}{_END}|{_YOU}*+{_NAME}{_END}(?:{_NAME}|{_DO})?|{_YOU}*+{_CURSE}{_NAME}?{_END}|{_IN_ENGLISH}"
)


def abuses(clauses: Sequence[str]) -> bool:
    """True when somebody is called names, and nothing is said besides but small talk."""
    rest = [clause for clause in clauses if not _is_abuse(clause)]
    return len(rest) < len(clauses) and (not rest or small_talk(rest) is not None)


def _is_abuse(clause: str) -> bool:
    return len(clause) <= LONGEST and _RULE.fullmatch(clause) is not None
