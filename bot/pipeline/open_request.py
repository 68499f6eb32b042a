"""What did we ask a customer for, to look something up or do it, and what was said since?"""

from __future__ import annotations

import re
from typing import Final

from bot import wording
from bot.pipeline.put_off import puts_off
from bot.tools.tool import Tool
from bot.types import Speaker, Turn

_LINES: Final = (wording.ASK_ARGUMENT, wording.ASK_WORDS, wording.STILL_NEEDED)
_BEGINNINGS: Final = tuple(line.partition("{")[0] for line in _LINES)
_ASKED_FOR: Final = re.compile("|".join("(.+)".join(map(re.escape, line.split("{what}"))) for line in _LINES))
_PHONE: Final = (wording.ASK_PHONE, wording.PHONE_STILL_NEEDED)


def was_answered(turn: Turn) -> bool:
    """By the bot, the last time that anything was said."""
    return bool(turn.history) and turn.history[-1].by is Speaker.BOT


def wanted(turn: Turn) -> str:
    """What we asked for in the very last line, in its words; empty: nothing."""
    if not was_answered(turn):
        return ""
    if asked_for_phone(turn):
        return wording.THE_PHONE
    found = _ASKED_FOR.fullmatch(turn.history[-1].text)
    return next(filter(None, found.groups()), "") if found else ""


def asked_for_phone(turn: Turn) -> bool:
    """Whether the last line wants the end of its number."""
    return was_answered(turn) and any(line in turn.history[-1].text for line in _PHONE)


def said_since(turn: Turn, tool: Tool) -> list[str]:
    """What the customer said of it since we last said anything but what the tool asks back; oldest first."""
    before: list[str] = []
    for said in reversed(turn.history):
        if said.by is Speaker.BOT and not _asks_back(said.text, tool):
            break
        if said.by is Speaker.CUSTOMER:
            before.insert(0, said.text)
    if not was_answered(turn):
        return []
    return [*before[:1], *(text for text in before[1:] if not puts_off(text))]


def _asks_back(line: str, tool: Tool) -> bool:
    """Also where it tells of another thing first. What was not there to be changed is given up."""
    again = () if tool.settings.side_effect else (wording.NOT_PROVEN, tool.settings.nothing)
    ours = (wording.ASK_PHONE, *again)
    return line.startswith((*_BEGINNINGS, *ours)) or any(part.endswith(ours) for part in line.split("\n\n"))
