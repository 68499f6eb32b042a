"""What is asked for in so many words is looked up, and no model is asked whether to."""

from __future__ import annotations

import time
from dataclasses import replace

from bot import wording
from bot.pipeline.asked_for import asked_for
from bot.ports import Clock
from bot.tools.asks import Asked
from bot.tools.registry import Tools
from bot.tools.tool import Caller, Tool
from bot.tools.toolbox import Toolbox, asks, keeps_from
from bot.types import Answer, Outcome, ToolEnd, ToolUse, Turn, changed


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
        tools = list(box.asked(caller))
        if found := asked_for(turn, tools):
            return await self._look(turn, box, *found, caller)
        meant = box.meant(turn.intent)
        for tool in (one for one in tools if one.name == meant):
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


def _said(use: ToolUse, tool: Tool) -> Answer:
    if use.end is ToolEnd.FOUND:
        return Answer(use.reply, Outcome.ANSWERED)
    if use.end is ToolEnd.AWAY:
        return Answer(use.reply, Outcome.APOLOGISED, reason=f"the tool {use.name} is away")
    return Answer(use.reply or tool.settings.nothing, Outcome.CLARIFIED)
