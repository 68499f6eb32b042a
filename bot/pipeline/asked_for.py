"""Which tool does a message ask for, by itself or together with what was said before?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.pipeline.in_words import told
from bot.pipeline.open_request import asked_for_phone, said_since, was_answered
from bot.tools.asks import Asked
from bot.tools.tool import Tool
from bot.tools.values import Arguments, of_no_phone, together
from bot.types import Speaker, Turn


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
    return going_on or told(turn, tools) or _of_another(turn, tools)


def by_number(turn: Turn, tools: Sequence[Tool]) -> tuple[Tool, Asked] | None:
    """A number and nothing else is looked up by the first tool that needs no more than that."""
    for tool in tools:
        asked = tool.asks.by_number(turn.question)
        if asked and not any(map(tool.arguments.missing, asked.each)):
            return tool, asked
    return None


def _going_on(turn: Turn, tools: Sequence[Tool]) -> tuple[Tool, Asked] | None:
    """The customer brings what we asked them for: what they said before it counts, too.

    Of several tools the one that they asked for last.
    """
    brought = [tool for tool in tools if tool.asks.bring(turn.question) and not tool.asks.find(turn.question)]
    waiting = [(tool, said_since(turn, tool)) for tool in brought]
    for count in range(1, max((len(before) for _, before in waiting), default=0) + 1):
        for tool, before in waiting:
            if count <= len(before) and _find(tool, before[-count:], turn.question):
                return _with_all(turn, tool, before)
    return None


def _with_all(turn: Turn, tool: Tool, before: Sequence[str]) -> tuple[Tool, Asked] | None:
    """What was said last counts of each argument; but the digits of a phone that we asked for are none.

    What else was asked before was answered then.
    """
    asked = _find(tool, before, turn.question)
    if asked is None:
        return None
    each: Sequence[Arguments] = asked.each[:1]
    for text in before:
        each = together(each, tool.asks.read(text))
    brought = tool.asks.read(turn.question)
    if asked_for_phone(turn):
        brought = of_no_phone(brought)
    return tool, replace(asked, each=together(each, brought), rest=turn.question)


def _find(tool: Tool, before: Sequence[str], now: str) -> Asked | None:
    """In all of it together, or by the number alone that was sent before: there we asked for the phone."""
    if asked := tool.asks.find("\n".join([*before, now])):
        return asked
    return next(filter(None, map(tool.asks.by_number, reversed(before))), None)


def _of_another(turn: Turn, tools: Sequence[Tool]) -> tuple[Tool, Asked] | None:
    """What was just looked up, with another argument: "那L呢". Nothing that does something is done so."""
    if not was_answered(turn):
        return None
    for tool in tools:
        if not tool.settings.side_effect and (asked := _asked_before(turn, tool)):
            return tool, asked
    return None


def _asked_before(turn: Turn, tool: Tool) -> Asked | None:
    """A message that leans on what was asked before, which may lean on what was asked before that."""
    brought = _leaning(turn.question, tool)
    for said in reversed([line for line in turn.history if line.by is Speaker.CUSTOMER]):
        if not brought:
            return None
        if asked := tool.asks.find(said.text) or tool.asks.by_number(said.text):
            return replace(asked, each=together(asked.each, brought), more=False)
        brought = together(_leaning(said.text, tool), brought)
    return None


def _leaning(text: str, tool: Tool) -> list[Arguments]:
    """What it names anew of each; empty: it stands by itself."""
    return tool.asks.of_another(text) or ([{}] if tool.asks.is_half(text) else [])
