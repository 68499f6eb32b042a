"""Which tool does a message ask for, by itself or together with what was said before?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bot import wording
from bot.tools.asks import Asked
from bot.tools.tool import Tool
from bot.tools.values import Arguments, together
from bot.types import Speaker, Turn

_ASKED_FOR: Final = wording.ASK_ARGUMENT.partition("{")[0]


def asked_for(turn: Turn, tools: Sequence[Tool]) -> tuple[Tool, Asked] | None:
    """None: none. What is asked for now comes before what was: 先查一下订单20240910XYZ cancels nothing.

    But for a message that only brings what we asked for, to change something with.
    """
    going_on = _going_on(turn, tools)
    if going_on and going_on[0].settings.side_effect:
        return going_on
    for tool in tools:
        if asked := tool.asks.find(turn.question):
            return tool, asked
    return going_on or _of_another(turn, tools)


def _going_on(turn: Turn, tools: Sequence[Tool]) -> tuple[Tool, Asked] | None:
    """The customer brings what we asked them for: what they said before it counts, too.

    Of several tools the one that they asked for last.
    """
    brought = [tool for tool in tools if tool.asks.bring(turn.question) and not tool.asks.find(turn.question)]
    waiting = [(tool, _open(turn, tool)) for tool in brought]
    for count in range(1, max((len(before) for _, before in waiting), default=0) + 1):
        for tool, before in waiting:
            if count <= len(before) and tool.asks.find("\n".join([*before[-count:], turn.question])):
                return _with_all(turn, tool, before)
    return None


def _with_all(turn: Turn, tool: Tool, before: Sequence[str]) -> tuple[Tool, Asked] | None:
    """What was said last counts of each argument; but a phone's digits are none."""
    asked = tool.asks.find("\n".join([*before, turn.question]))
    if asked is None:
        return None
    is_phone = wording.ASK_PHONE in turn.history[-1].text
    each: Sequence[Arguments] = asked.each[:1]
    for text in before if is_phone else [*before, turn.question]:
        each = together(each, tool.asks.read(text))
    return tool, replace(asked, each=each)


def _open(turn: Turn, tool: Tool) -> list[str]:
    """What the customer said since we last said anything but what the tool asks back; oldest first."""
    before: list[str] = []
    for said in reversed(turn.history):
        if said.by is Speaker.BOT and not _asks_back(said.text, tool):
            break
        if said.by is Speaker.CUSTOMER:
            before.insert(0, said.text)
    return before if _was_answered(turn) else []


def _of_another(turn: Turn, tools: Sequence[Tool]) -> tuple[Tool, Asked] | None:
    """What was just looked up, with another argument: "那L呢". Nothing that does something is done so."""
    if not _was_answered(turn):
        return None
    for tool in tools:
        if not tool.settings.side_effect and (asked := _asked_before(turn, tool)):
            return tool, asked
    return None


def _asked_before(turn: Turn, tool: Tool) -> Asked | None:
    brought = tool.asks.of_another(turn.question)
    if not brought:
        return None
    for said in reversed([line for line in turn.history if line.by is Speaker.CUSTOMER]):
        if asked := tool.asks.find(said.text):
            return replace(asked, each=together(asked.each, brought), more=False)
        if not (before := tool.asks.of_another(said.text)):
            return None
        brought = together(before, brought)
    return None


def _was_answered(turn: Turn) -> bool:
    return bool(turn.history) and turn.history[-1].by is Speaker.BOT


def _asks_back(line: str, tool: Tool) -> bool:
    """Also where it tells of another thing first. What was not there to be changed is given up."""
    again = () if tool.settings.side_effect else (wording.NOT_PROVEN, tool.settings.nothing)
    ours = (wording.ASK_PHONE, *again)
    return line.startswith((_ASKED_FOR, *ours)) or any(part.endswith(ours) for part in line.split("\n\n"))
