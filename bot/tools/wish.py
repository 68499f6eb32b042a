"""Does a customer want done what they speak of? For tools that change something: what is cancelled is gone.

A clause is a wish that names the deed, politely, and says nothing besides. So what is declined
(不要取消订单), told (我没有取消订单啊) or asked about (怎么取消订单, 取消订单要扣手续费吗) is none, in
whatever words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

_REQUEST: Final = (
    r"(?:(?:你们?|您)?(?:能不能|可不可以|能否|可否|可以|能)?"
    r"(?:麻烦(?:你们?|您)?|拜托(?:你们?|您)?|(?<![申邀])请(?!问)|帮忙|帮|替我|给我)"
    r"|canyou|couldyou|please|pls|helpme)"
)
"""What is asked of us. It makes a wish of a question, too: 能不能帮我取消订单."""
LEAD: Final = (
    rf"{_REQUEST}|你好|您好|亲|在吗|不好意思|抱歉|打扰(?:一下|了)?|请问|那就|那|现在|先|直接|马上|立刻|立即|赶紧"
    r"|尽快|还是|我们?|想要|想|要|需要|必须|申请|把|一下|下|好的?|嗯|hi|hello|ok|id|i|want|wanna|need|would|like|to|just|now"
)
TAIL: Final = (
    r"一下|下|(?:可以|[好行])[吗么不]|[吗吧呗嘛啊呀哦哈]|谢谢(?:你们?|您|了|啦|哈)?|感谢|拜托(?:了|你们?|您)?"
    r"|麻烦(?:你们?|您)?了?|快点|尽快|马上|现在|急|和|跟|与|及|还有|please|pls|now|thanks|thankyou|forme|asap"
)
_BEFORE: Final = re.compile(f"(?:{LEAD})*+")
_BEHIND: Final = re.compile(f"(?:{TAIL})*+")
_ASKED_OF_US: Final = re.compile(_REQUEST)
_BORDER: Final = re.compile(r"[,，。!;:、~\n\r—]+|(?<=\?)")
_COURTESY: Final = re.compile(r"(?:在|可以|好|行)[吗么不]")
QUESTION: Final = re.compile(
    r"[?吗么]|怎|如何|咋|多少|多久|什么|啥|为何|几|哪|谁|能不能|可不可以|是不是|有没有|会不会|能否|是否"
    r"|\b(?:how|why|what|when|did|does|is|are|will)\b"
)
_CONDITION: Final = re.compile(r"如果|要是|假如|万一|的话|除非|\b(?:if|unless)\b")
_TAKEN_BACK: Final = re.compile(r"算了|不用了|等等|等一下|等下|先别|never ?mind|\bwait\b")
_NOT: Final = r"(?:(?<![能可要是好])不|别|勿|甭|没|未|don.?t|not)(?:要|想|用|必|再|先|能|会|给我|帮我|to|\s)*"
_OPENING: Final = re.compile(rf"\W*(?:(?:{LEAD})\W*)*+(?P<deed>[a-z]+|[^\W_a-z]{{2}})")


class Wishes:
    """How a wish for one deed is told from other words about it. All texts are small and half width."""

    def __init__(self, asks: Iterable[str]) -> None:
        """`asks`: what is between their placeholders."""
        openings = (_OPENING.match(ask) for ask in asks)
        self.deeds = sorted({found["deed"] for found in openings if found})
        """What is done, as the asks begin with it: 取消."""
        deeds = "|".join(map(re.escape, self.deeds)) or r"(?!)"
        self._named = re.compile(deeds)
        self._declined = re.compile(f"{_NOT}(?:{deeds})")

    def besides(self, before: str, behind: str) -> list[str] | None:
        """The other clauses of a message that wishes for the deed between these two texts; None: it doesn't.

        Who asks something besides may want the answer first (取消订单，要扣手续费吗), unless they ask us for
        the deed (帮我取消订单，多久退款).
        """
        *earlier, lead = _BORDER.split(before)
        tail, *later = _BORDER.split(behind)
        if not (_BEFORE.fullmatch(letters(lead)) and _BEHIND.fullmatch(letters(tail))):
            return None
        if _CONDITION.search(before + behind) or _TAKEN_BACK.search(behind) or self.is_declined(behind):
            return None
        others = [clause for clause in (*earlier, *later) if not _COURTESY.fullmatch(letters(clause))]
        asks = any(map(QUESTION.search, (tail, *others)))
        return None if asks and not _ASKED_OF_US.search(letters(lead)) else others

    def are_doubtful(self, text: str) -> bool:
        """Does a message speak of the deed without wishing for it, by its looks?"""
        asks = QUESTION.search(text) and not _ASKED_OF_US.search(letters(text))
        return bool(self._named.search(text) and (asks or _CONDITION.search(text) or self.is_declined(text)))

    def is_declined(self, text: str) -> bool:
        """Is it said not to do it?"""
        return self._declined.search(text) is not None


def letters(text: str) -> str:
    """Without marks and blanks."""
    return "".join(letter for letter in text if letter.isalnum())
