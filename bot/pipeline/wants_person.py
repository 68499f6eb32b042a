"""Does somebody ask for a person, or want none? Rules alone, for what is said in so many words.

A message is looked at clause by clause, and a clause counts when it says that and nothing besides: "转人工",
"麻烦帮我找个真人客服谢谢", "can i talk to a human please". So 人工智能, 人工费多少 and "你是真人吗" don't.
Repetitions are possessive (`*+`): whatever the text, its length is what it costs.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from bot.pipeline.clauses import LONGEST
from bot.pipeline.sentences import asks

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
_SOMEBODY: Final = (
    r"(?:(?:来|派|换|叫|找)一?[个位](?:人|客服)|(?:找|叫|喊|联系|让|换)(?:一?下|一?[个位])?(?:你们?|您)?(?:家|店|公司)?的?"
    r"(?:经理|领导|主管|老板|负责人)(?:出来|过来)?)"
)
"""With nothing behind it but what they are to do: 找个人代收 and 叫你们老板便宜点 call nobody."""

_ASKED: Final = re.compile(
    rf"{_LEAD}(?:"
    rf"{_CALL}?{_PERSON}|{_HOW}{_CALL}{_PERSON}|{_WITH}(?:{_PERSON}|人){_TALK}"
    rf"|(?:转接|转)客服|{_SOMEBODY}"
    rf"|(?:不要|别用|不用|(?:不想|不要|不)(?:和|跟|与|同))机器人(?:客服)?"
    rf"){_TAIL}"
)
_NO_GOODS: Final = rf"(?:{_PASS}{_PERSON}|(?:找|联系|叫|要|接)(?:一个|个)?(?:人工|真人)(?:客服|坐席|座席))"
_OR_ELSE: Final = re.compile(
    rf"(?:你们?|您|还|要是|如果|若|那|都|现在|今天|麻烦|请)*+再不(?:能|肯|给我|帮我|替我|把我|让我)*+(?:{_NO_GOODS}|(?:转接|转|找)客服).*+"
)
"""Whatever follows, it is wanted: 再不转人工我就投诉. 我再不找人工客服了 is said of oneself."""
_WHY_NOT: Final = re.compile(
    rf"{_LEAD}(?:怎么|为?什么|为?啥|咋|干嘛)(?:(?:还|就|又|都|总)?(?:不能|不让|不给|不|没|没法)(?:给我|帮我|让我|我)?{_NO_GOODS}"
    rf"|(?:还|就|又|都|总)?(?:转不了|接不了|找不到|转不到|接不通){_PERSON}){_TAIL}"
)
"""Who asks why there is none wants one."""
_ASKED_WITH_WHY: Final = re.compile(
    rf"{_LEAD}(?:{_PASS}{_PERSON}|(?:人工|真人)客服(?=帮我))(?:来|去|帮我|给我|我要|我想|我)*+"
    r"(?:咨询|问|办|处理|解决|查|退|换|改|说|看)(?!.*[了过的]$).*+"
)
"""What it is for stands behind it: 转人工咨询退款. Who asks how long that takes is told by the bot."""
_ASKED_AT_THE_END: Final = re.compile(rf".*?{_NO_GOODS}{_TAIL}")
"""Behind other words without a pause only what is never said of goods: "装柜子要找人工" is about those."""
_NAMED_BESIDE_A_NO: Final = re.compile(
    rf"(?:(?<!要)不|不要|不用|不想|不必|不需要|无需|别)(?:再|给我|帮我|你|直接|想)?{_CALL}?{_PERSON}"
)
"""No clear call, whoever is meant by it: 要不要转人工."""
_FOR_NOW: Final = (
    r"(?:你好|您好|亲|麻烦|拜托|请|先|暂时|目前|现在|那|就|我们|我|可以|能不能|能|好的|好|算了|千万|其实)*+"
)
_NO: Final = r"(?:(?<!要)不要|(?<!用)不用|(?<!需)不需要|不必|用不着|没必要|无需|无须|别|甭)"
_TO_ME: Final = r"(?:再|给我|帮我|替我|把我|让我|你|直接|急着|去|要|想|麻烦|打扰|老|总|随便)*+"
_THEM: Final = rf"(?:{_CALL}?{_PERSON}|(?:转接|转|找)客服|{_WITH}{_PERSON}{_TALK})"
_DECLINED: Final = re.compile(
    r"(?!.*(?:怎么|为什么|凭什么|干嘛|难道|是不是|如果|要是|你们))"
    rf"(?:(?:可以|能)不{_TO_ME}{_THEM}吗"
    rf"|(?:{_FOR_NOW}(?:{_NO}|不愿意?|不打算|不想|不){_TO_ME}{_THEM}|.*?{_NO}{_TO_ME}{_NO_GOODS})"
    r"(?:处理|服务|介入|帮忙|可以吗|好吗|行吗|谢谢|吧|啊|呀|啦|了|哦|哈|的|先)*+)"
)
"""As a whole, or behind other words: 问题解决了不用转人工了. Who asks why there is none wants one."""


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


_NOT: Final = r"(?<!why )(?<!you )(?<!they )\b(?:dont|do not|no need|not necessary|id rather not|rather not)"
_DECLINED_IN_ENGLISH: Final = re.compile(
    rf"{_NOT}(?: (?:want|need|wish|like|have|please|just|you|to|for|be|me))*+ "
    r"(?:(?:talk|speak|chat|talking|connect|connected|transfer|transferred|pass|put|hand|switch|escalate)"
    r"(?: (?:me|it|this))?(?: over| through)? (?:to|with) )?"
    rf"(?:{_REAL}|{_KIND}(?:{_HUMAN}|person)|someone)\b"
    rf"|{_NOT} (?:to )?(?:transfer|connect|pass|hand|escalate) me(?: over)?{_CLOSING}$"
)


def wants_person(clauses: Sequence[str]) -> bool:
    """True when it is said clearly; a doubtful case is the bot's to answer."""
    return _last_word(clauses) is True


def declines_person(clauses: Sequence[str]) -> bool:
    """True when it is said clearly that none is wanted."""
    return _last_word(clauses) is False


def calls(clause: str) -> bool | None:
    """Whether a clause asks for a person (True), or declines one (False); None: it says something else."""
    if len(clause) > LONGEST:
        return None
    if clause.isascii():
        if _DECLINED_IN_ENGLISH.search(clause):
            return False
        return True if _ASKED_IN_ENGLISH.fullmatch(clause) else None
    if _DECLINED.fullmatch(clause):
        return False
    if _OR_ELSE.fullmatch(clause):
        return True
    if _WHY_NOT.fullmatch(clause):
        return True
    if _NAMED_BESIDE_A_NO.search(clause):
        return None
    if any(rule.fullmatch(clause) for rule in (_ASKED, _ASKED_AT_THE_END)):
        return True
    return True if _ASKED_WITH_WHY.fullmatch(clause) and not asks(clause) else None


def _last_word(clauses: Sequence[str]) -> bool | None:
    """Who changes their mind on the way: "转人工", "算了，不用转人工了"."""
    said = [call for clause in clauses if (call := calls(clause)) is not None]
    return said[-1] if said else None
