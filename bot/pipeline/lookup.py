"""What is asked for in so many words is looked up, and no model is asked whether to."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bot import wording
from bot.pipeline.asked_for import asked_for, by_number
from bot.pipeline.beside import open_questions
from bot.pipeline.open_request import wanted
from bot.pipeline.put_off import gives_up, puts_off
from bot.ports import Clock
from bot.tools.asks import Asked
from bot.tools.registry import Tools
from bot.tools.tool import Caller, Tool
from bot.tools.toolbox import Toolbox, asks, keeps_from
from bot.tools.values import Arguments, together
from bot.types import Answer, Outcome, ToolEnd, ToolUse, Turn, changed

_MOST: Final = 3
"""Things that are looked up for one message."""


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
        if found := asked_for(turn, tools) or self._by_number(turn, tools):
            return await self._look(turn, box, *found, caller)
        if not self._has_model and (what := wanted(turn)):
            if puts_off(turn.question):
                return turn.finish(wording.STILL_NEEDED.format(what=what), Outcome.CLARIFIED)
            if gives_up(turn.question):
                return turn.finish(wording.AT_YOUR_SERVICE, Outcome.CHATTED)
        meant = box.meant(turn.intent)
        for tool in (one for one in tools if one.name == meant):
            if tool.asks.doubts(turn.question):
                return turn
            asked = Asked(tool.asks.read(turn.question) or [{}], more=False, words=turn.question)
            return await self._look(turn, box, tool, asked, caller)
        return turn

    def _by_number(self, turn: Turn, tools: Sequence[Tool]) -> tuple[Tool, Asked] | None:
        """A model knows from what was said before what a number is for."""
        return None if self._has_model and turn.history else by_number(turn, tools)

    async def _look(self, turn: Turn, box: Toolbox, tool: Tool, asked: Asked, caller: Caller) -> Turn:
        """What is not named is what was spoken of before, an order's number say, or the customer's words."""
        each = together([tool.arguments.kept(turn.slots, asked.words)], asked.each)
        missing = next(filter(None, map(tool.arguments.missing, each)), [])
        to_model = self._has_model and not turn.crowded
        if to_model and any(map(tool.arguments.in_words, missing)):
            return turn  # "我要登记售后": of what, it may know, or ask
        several = tool.settings.side_effect and len(each) > 1
        if several and to_model:
            return turn  # "取消订单A和B": which of them, it may know from the rest, or ask
        if (missing or several) and not keeps_from(tool, caller):
            use = asks(tool, each[0], wording.ASK_WHICH if several else _question(tool, missing[0]))
            return changed(
                turn, tool_calls=(use,), draft=_said([use], tool, turn), beside=open_questions(asked.rest)
            )
        uses = await self._calls(turn, box, tool, each, caller)
        turn = changed(turn, tool_calls=tuple(uses))
        if asked.more and to_model and all(use.end is ToolEnd.FOUND for use in uses):
            return turn
        return changed(turn, draft=_said(uses, tool, turn), beside=open_questions(asked.rest))

    async def _calls(
        self, turn: Turn, box: Toolbox, tool: Tool, each: Sequence[Arguments], caller: Caller
    ) -> list[ToolUse]:
        """One for each thing, until the customer has to say something first, or the tool is away."""
        until = time.monotonic() + turn.deadline - self._clock()
        uses: list[ToolUse] = []
        for arguments in each[:_MOST]:
            use = await box.call(tool.name, arguments, caller, about=turn.messages[0].id, until=until)
            uses.append(use if len(each) == 1 else _named(use, each, tool, is_first=not uses))
            if use.end in (ToolEnd.ASKED, ToolEnd.AWAY):
                return uses
        if len(each) > _MOST:
            uses[-1] = replace(uses[-1], reply=f"{uses[-1].reply}\n\n{wording.CUT_SHORT}")
        return uses


def _question(tool: Tool, missing: str) -> str:
    line = wording.ASK_WORDS if tool.arguments.in_words(missing) else wording.ASK_ARGUMENT
    return line.format(what=tool.arguments.described(missing) or wording.THE_ARGUMENT)


def _named(use: ToolUse, each: Sequence[Arguments], tool: Tool, *, is_first: bool) -> ToolUse:
    """Of several: a template tells which it is of, the other lines don't. What is asked first is of all."""
    line = use.reply or tool.settings.nothing
    if use.end is ToolEnd.FOUND or (is_first and use.end is ToolEnd.ASKED):
        return replace(use, reply=line)
    own = [value for name, value in use.arguments.items() if any(one.get(name) != value for one in each)]
    return replace(use, reply=wording.OF_ONE.format(thing="、".join(map(str, own)), line=line))


def _said(uses: Sequence[ToolUse], tool: Tool, turn: Turn) -> Answer:
    """What waits for the model was no matter of a tool: it stays open."""
    text = "\n\n".join(use.reply or tool.settings.nothing for use in uses)
    ends = {use.end for use in uses}
    if ToolEnd.FOUND in ends:
        return Answer(text, Outcome.ANSWERED, leaves_open=turn.waits_in_part)
    if ToolEnd.AWAY in ends:
        away = f"the tool {tool.name} is away"
        return Answer(text, Outcome.APOLOGISED, reason=away, leaves_open=turn.waits_in_part)
    return Answer(text, Outcome.CLARIFIED, leaves_open=turn.waits_in_part)
