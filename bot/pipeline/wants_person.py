"""Does somebody ask for a person? Rules alone, for what is said in so many words.

A message is looked at clause by clause, and a clause counts when it says that and nothing besides: "转人工",
"麻烦帮我找个真人客服谢谢", "can i talk to a human please". So 人工智能, 人工费多少 and "你是真人吗" don't.
Repetitions are possessive (`*+`): whatever the text, its length is what it costs.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from bot.pipeline.clauses import LONGEST

_PERSON: Final = (
    r"(?:(?:在线)?(?:人工|真人)(?:在线)?(?:客服|服务|坐席|座席|专员)?(?:人员)?"
    r"|活人|客服人工|客服(?:人员|专员|经理|主管)|真正?的人|真客服)"
)
_LEAD: Final = (
    r"(?:你好|您好|亲|喂|哎|麻烦|拜托|请问|请|能不能|可不可以|能否|可否|可以|能|想要|需要|必须|我|想|要|给|帮忙|帮"
    r"|为|快点|快|赶紧|赶快|马上|立刻|立即|直接|现在|还是|那就|那|算了|就|你们|你|这里|这边|没有|有没有|有|到底)*+"
)
_PASS: Final = r"(?:(?:转接到|转接|转到|转给|转去|转成|转|接通|接入|接到|切换到|切换|切到)(?:一下|下|个)?)"
_CALL: Final = (
    rf"(?:{_PASS}|(?:接|切|换成|换|找到|找|叫|喊|联系到|联系|呼叫|来|派|安排)"
    r"(?:一个|一位|一名|一下|个|位|名|下)?)"
)
_TAIL: Final = (
    r"(?:处理|服务|回复|回答|沟通|对话|说话|说|聊聊|聊天|聊|谈谈|谈|接待|对接|解决|帮忙|帮我|看看|跟我|和我|来|一下"
    r"|可以吗|可以不|可以|好吗|好不好|行吗|行不行|在吗|在不在|有吗|谢谢|谢了|快点|快|吧|吗|嘛|啊|呀|呢|么|啦|了|哦)*+"
)
_WITH: Final = r"(?:和|跟|与|同)"
_TALK: Final = r"(?:说话|说|聊天|聊|谈|沟通|对话|交流|通话|讲话|讲|联系)"
_HOW: Final = r"(?:怎么样|怎么|怎样|如何|咋|哪里|在哪)(?:才能|可以|能)?"

_ASKED: Final = re.compile(
    rf"{_LEAD}(?:"
    rf"{_CALL}?{_PERSON}|{_HOW}{_CALL}{_PERSON}|{_WITH}{_PERSON}{_TALK}"
    rf"|(?:转接|转)客服"
    rf"|(?:不要|别用|不用|(?:不想|不要|不)(?:和|跟|与|同))机器人(?:客服)?"
    rf"){_TAIL}"
)
_ASKED_AT_THE_END: Final = re.compile(
    rf".*?(?:{_PASS}{_PERSON}|(?:找|联系|叫|要|接)(?:一个|个)?(?:人工|真人)(?:客服|坐席|座席)){_TAIL}"
)
"""Behind other words without a pause only what is never said of goods: "装柜子要找人工" is about those."""
_DECLINED: Final = re.compile(
    rf"(?:(?<!要)不|不要|不用|不想|不必|不需要|无需|别)(?:再|给我|帮我|你|直接|想)?{_CALL}?{_PERSON}"
)


_HUMAN: Final = r"(?:human being|human|agent|representative|rep|operator)"
_KIND: Final = r"(?:(?:a|an|the|some|any|real|live|actual|human|customer|service|support|care) )*"
_REAL: Final = r"(?:(?:a|an|the|some|any) )?(?:real|live|actual|human) (?:person|people)"
_OPENING: Final = (
    r"(?:(?:hi|hello|hey|please|pls|just|ok|no|can|could|may|i|you|id|we|want|wanna|need|would|like|d|let|lemme|get|give"
    r"|connect|put|transfer|switch|talk|talking|speak|speaking|chat|through|to|with|me|is|there|how|do) )*+"
)
_CLOSING: Final = r"(?: (?:please|pls|now|instead|thanks|thank|you|asap|here))*+"
_ASKED_IN_ENGLISH: Final = re.compile(
    rf"(?:{_OPENING}(?:{_REAL}|{_KIND}{_HUMAN})"
    rf"|(?:.*\b)?(?:talk|speak|chat|connect me|transfer me|put me through) (?:to|with) "
    rf"(?:{_REAL}|(?:a |an )?(?:person|human|live agent|real human|someone))){_CLOSING}"
)


def wants_person(clauses: Sequence[str]) -> bool:
    """True when it is said clearly; a doubtful case is the bot's to answer."""
    return any(_asks(clause) for clause in clauses if len(clause) <= LONGEST)


def _asks(clause: str) -> bool:
    if clause.isascii():
        return _ASKED_IN_ENGLISH.fullmatch(clause) is not None
    if _DECLINED.search(clause):
        return False
    return any(rule.fullmatch(clause) for rule in (_ASKED, _ASKED_AT_THE_END))
