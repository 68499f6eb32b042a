"""Who was asked for a number may not have it, or not yet: that is nothing to be searched for."""

from __future__ import annotations

import re
from typing import Final

from bot.pipeline.accepts import declines
from bot.pipeline.clauses import LONGEST, clauses
from bot.pipeline.leaning import is_courtesy
from bot.pipeline.small_talk import small_talk
from bot.types import Intent

_IT: Final = r"订单编?号码?|订单|单号|手机号码?|手机|号码|编号|尾号|后四位|这个|那个|它"
_LEAD: Final = (
    r"我|俺|但是|但|可是|可|现在|手头上?|手上|身边|也|都|还|真的|好像"
    r"|不好意思|抱歉|亲|好的?|嗯|哦|啊|那|请|麻烦|你|您"
)
_LACKS: Final = (
    r"没有|没(?:保?存|记|留|看到|找到)?|不知道|不晓得|不清楚|不记得|记不得|记不清楚?|记不住|想不起来?|忘记?|找不[到着]"
    r"|看不到|丢|删"
)
_LATER: Final = (
    r"稍等|等等|等一?[下会]儿?|等我|(?:去|先|再)*(?:找|看|查|翻)(?:[找看查翻]|一?下|一[找看查翻])?"
)
_END: Final = r"了|啊|呀|呢|的|耶|哦|哈|吧|诶"
_IS_WHAT: Final = r"是多少|多少|是什么"
_TO_YOU: Final = r"一?[下会]儿?|给[你您]|发[你您]|发给[你您]|看看?|再说?"
_NOT_AT_HAND: Final = re.compile(
    rf"(?:{_LEAD}|{_IT})*+(?:(?:{_LACKS})(?:{_IT}|{_IS_WHAT}|{_END})*+"
    rf"|(?:{_LATER})(?:{_TO_YOU}|{_END}|{_LEAD}|{_LATER})*+)"
)
"""As a whole, so that 没有发票 and 忘记密码怎么办 say something else."""


_GIVEN_UP: Final = re.compile(
    r"(?:(?:那|我|就|先|暂时|还是|好的?|嗯)*+(?:算了|没事|不用|不要|不必|不了|不[^\W是]{1,3}(?=了))(?:了|吧|啦|啊|谢谢|先)*+)++"
)


def puts_off(text: str) -> bool:
    """Whether nothing is said but that it is not at hand, or that it will come."""
    said = clauses(text)
    return bool(said) and all(map(_puts_off, said))


def gives_up(text: str) -> bool:
    """Whether what was asked for is not wanted any more, and nothing else is said: 算了不查了."""
    said = [clause for clause in clauses(text) if not is_courtesy(clause)]
    return bool(said) and all(len(one) <= LONGEST and _GIVEN_UP.fullmatch(one) for one in said)


def _puts_off(clause: str) -> bool:
    if len(clause) > LONGEST or declines(clause):
        return False
    return bool(_NOT_AT_HAND.fullmatch(clause)) or small_talk([clause]) is Intent.ACKNOWLEDGEMENT
