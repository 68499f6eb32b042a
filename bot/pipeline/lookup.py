"""What is asked for in so many words is looked up, and no model is asked whether to."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from typing import Final

from bot import wording
from bot.ports import Clock
from bot.tools.asks import Asked, normal
from bot.tools.registry import Tools
from bot.tools.tool import Caller, Tool
from bot.tools.toolbox import Toolbox, asks, keeps_from
from bot.types import Answer, Outcome, Speaker, ToolEnd, ToolUse, Turn, changed

_DIGITS: Final = re.compile(r"[0-9]{4}")
_ASKED_FOR: Final = wording.ASK_ARGUMENT.partition("{")[0]


class Lookup:
    """Drafts the reply of the tool that a customer asks for, or asks them for what it needs.

    Works without a model. With one, what else was asked is left to it, with the tool's result.
    """

    name = "lookup"

    def __init__(self, tools: Tools, clock: Clock, *, has_model: bool) -> None:
        self._tools = tools
        self._clock = clock
        self._has_model = has_model

    async def __call__(self, turn: Turn) -> Turn:
        """Raises Unavailable where tries can't be counted. Most turns pass through."""
        box = self._tools.boxes.get(turn.conversation.tenant)
        if box is None or not turn.question:
            return turn
        caller = self._tools.callers.of(turn)
        turn = changed(turn, offered=tuple(spec.name for spec in box.offered(caller)))
        for tool in box.asked(caller):
            if asked := tool.asks.find(turn.question) or _going_on(turn, tool) or _of_another(turn, tool):
                return await self._look(turn, box, tool, asked, caller)
        meant = box.meant(turn.intent)
        for tool in (one for one in box.asked(caller) if one.name == meant):
            if tool.asks.doubts(turn.question):
                return turn
            asked = Asked(tool.asks.read(turn.question), more=False, words=turn.question)
            return await self._look(turn, box, tool, asked, caller)
        return turn

    async def _look(self, turn: Turn, box: Toolbox, tool: Tool, asked: Asked, caller: Caller) -> Turn:
        """What is not named is what was spoken of before, an order's number say, or the customer's words."""
        asked = replace(asked, arguments=tool.arguments.kept(turn.slots, asked.words) | asked.arguments)
        missing = tool.arguments.missing(asked.arguments)
        if any(map(tool.arguments.in_words, missing)):
            return turn  # "我要登记售后": of what, a model may know, or ask
        if missing and not keeps_from(tool, caller):
            what = tool.arguments.described(missing[0]) or wording.THE_ARGUMENT
            use = asks(tool, asked.arguments, wording.ASK_ARGUMENT.format(what=what))
            return changed(turn, tool_calls=(use,), draft=_said(use, tool))
        until = time.monotonic() + turn.deadline - self._clock()
        about = turn.messages[0].id
        use = await box.call(tool.name, asked.arguments, caller, about=about, until=until)
        turn = changed(turn, tool_calls=(use,))
        left_to_model = asked.more and self._has_model and not turn.crowded
        if use.end is ToolEnd.FOUND and left_to_model:
            return turn
        return changed(turn, draft=_said(use, tool))


def _going_on(turn: Turn, tool: Tool) -> Asked | None:
    """The customer brings what we asked them for: what they said before it counts, too."""
    before: list[str] = []
    for said in reversed(turn.history):
        if said.by is Speaker.BOT and not _asks_back(said.text, tool):
            break
        if said.by is Speaker.CUSTOMER:
            before.insert(0, said.text)
    brought = tool.asks.read(turn.question)
    if not before or not (brought or _DIGITS.search(normal(turn.question))):
        return None
    if turn.history[-1].by is not Speaker.BOT:
        return None
    asked = tool.asks.find("\n".join([*before, turn.question]))
    if asked is None or turn.history[-1].text.startswith(wording.ASK_PHONE):
        return asked
    return replace(asked, arguments=asked.arguments | brought)


def _of_another(turn: Turn, tool: Tool) -> Asked | None:
    """What was just looked up, with another argument: "那L呢". Nothing that does something is done so."""
    brought = tool.asks.of_another(turn.question)
    if not brought or tool.settings.side_effect or not _was_answered(turn):
        return None
    for said in reversed([line for line in turn.history if line.by is Speaker.CUSTOMER]):
        if asked := tool.asks.find(said.text):
            return replace(asked, arguments=asked.arguments | brought, more=False)
        if not (before := tool.asks.of_another(said.text)):
            return None
        brought = before | brought
    return None


def _was_answered(turn: Turn) -> bool:
    return bool(turn.history) and turn.history[-1].by is Speaker.BOT


def _asks_back(line: str, tool: Tool) -> bool:
    ours = (_ASKED_FOR, wording.ASK_PHONE, wording.NOT_PROVEN, tool.settings.nothing)
    return line.startswith(ours)


def _said(use: ToolUse, tool: Tool) -> Answer:
    if use.end is ToolEnd.FOUND:
        return Answer(use.reply, Outcome.ANSWERED)
    if use.end is ToolEnd.AWAY:
        return Answer(use.reply, Outcome.APOLOGISED, reason=f"the tool {use.name} is away")
    return Answer(use.reply or tool.settings.nothing, Outcome.CLARIFIED)
