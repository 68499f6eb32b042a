"""What a customer says to an offer of a person."""

from __future__ import annotations

import re
from typing import Final

from bot import wording
from bot.pipeline.clauses import clauses
from bot.types import Speaker, Turn

_YES: Final = re.compile(
    r"(?:好的|好|要的|要|需要|可以|行|嗯|恩|是的|是|对|麻烦|转吧|转|帮我|帮|快|请|吧|了|啊|呀|哒|的|谢谢)++"
    r"|(?:yes|yeah|yep|ok|okay|sure|please|do|it|thanks)(?: (?:yes|yeah|ok|sure|please|do|it|thanks))*+"
)
_NO: Final = re.compile(
    r"(?:先|暂时|那|还是)*+(?:不用|不要|不需要|不必|不转|算了|没事|不了|不)(?:了|吧|啦|谢谢|先)*+"
    r"|(?:no|nope)(?: thanks| thank you)?"
)


def accepts(turn: Turn) -> bool | None:
    """Yes or no to the offer just made; None: something else is said, or none was made."""
    lines = turn.history[-1:]
    if not lines or lines[0].by is not Speaker.BOT or wording.OFFER_PERSON not in lines[0].text:
        return None
    said = clauses(turn.question)
    if not said or not all(_YES.fullmatch(clause) or _NO.fullmatch(clause) for clause in said):
        return None
    return not any(_NO.fullmatch(clause) for clause in said)


def declines(clause: str) -> bool:
    """Whether it is a no, to whatever was offered."""
    return _NO.fullmatch(clause) is not None
