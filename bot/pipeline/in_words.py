"""A customer's answer to our question of what it is about, for a tool that takes down their own words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bot.pipeline.accepts import declines
from bot.pipeline.clauses import clauses
from bot.pipeline.denials import denied
from bot.pipeline.leaning import is_courtesy
from bot.pipeline.open_request import said_since, wanted
from bot.pipeline.put_off import gives_up, puts_off
from bot.pipeline.sentences import seeks
from bot.tools.asks import Asked
from bot.tools.tool import Tool
from bot.types import Turn

_TURNS: Final = re.compile(r"^(?:那|不是|还是|算|直接)|吧$")
"""To something else: 那我直接退货吧 is not what the ticket is about."""


def told(turn: Turn, tools: Sequence[Tool]) -> tuple[Tool, Asked] | None:
    """None: nothing is told, but asked, declined or put off, or something else was wanted."""
    what = wanted(turn)
    tool = next((one for one in tools if what and what == one.arguments.described_words), None)
    if tool is None or not _tells(turn):
        return None
    words = "\n".join([*said_since(turn, tool), turn.question])
    asked = tool.asks.find(words)
    return (tool, replace(asked, rest="", words=words)) if asked else None


def _tells(turn: Turn) -> bool:
    said = [clause for clause in clauses(turn.question) if not is_courtesy(clause)]
    if not said or seeks(turn.question) or puts_off(turn.question) or gives_up(turn.question):
        return False
    return not any(denied(clause) or declines(clause) or _TURNS.search(clause) for clause in said)
