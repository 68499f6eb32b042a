"""What is asked beside what a tool was asked for: 订单20240910XYZ到哪了，能开发票吗."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from bot.pipeline.clauses import apart
from bot.pipeline.sentences import SAYS_ENOUGH, asks, matter
from bot.types import Turn, changed

_PIECE: Final = re.compile(r"[^，,。.！!？?；;\n]++[！!？?]?")
_LEADS: Final = re.compile(
    r"告诉|知道|查询?|顺便|please|pls|can you|could you|tell me|thanks?|thank you", re.IGNORECASE
)
"""Said of what is looked up: 可以告诉我20240910XYZ到哪了吗."""
_OF_IT: Final = re.compile(
    r"(?:怎么|咋|为什么|为何|why)(?:会)?(?:这么|那么|还|都|就|so\b)|手机号|订单号|单号|尾号"
)
"""It goes with what is looked up, too: 怎么这么慢, 手机号可以吗."""


def open_questions(rest: str) -> str:
    """Those of its clauses that ask something of their own; empty: none does."""
    pieces = (piece.strip() for piece in _PIECE.findall(apart(rest)))
    return "，".join(piece for piece in pieces if _is_open(piece))


def only_the_rest(turn: Turn) -> Turn:
    """As if nothing else had been said."""
    first = replace(turn.messages[0], text=turn.beside)
    return changed(turn, messages=(first,), draft=None, beside="")


def _is_open(piece: str) -> bool:
    return asks(piece) and not _OF_IT.search(piece) and len(matter(_LEADS.sub("", piece))) >= SAYS_ENOUGH
