"""A model and its tools: it calls, gets results, and answers, within so many rounds and so much time."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

from bot.errors import Unusable
from bot.model import budget
from bot.ports import Heard, Model, Prompt, ToolResult
from bot.tools.spoken import Call, before_a_call, parse
from bot.tools.tool import Caller
from bot.tools.toolbox import Toolbox
from bot.types import ToolEnd, ToolUse

_TOO_LONG: Final = '{"error": "left out, as there is no room for it"}'


@dataclass(slots=True)
class Talk:
    """One answer in the making. What was called stands in `uses`, also when the model goes away midway."""

    model: Model
    toolbox: Toolbox
    caller: Caller
    about: str
    """What the turn is, so that a second try does nothing twice."""
    room: int
    """Tokens that all results may take."""
    uses: list[ToolUse] = field(default_factory=list)
    _made: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._made.update(Call(use.name, use.arguments).key for use in self.uses)

    async def answer(
        self, prompt: Prompt, *, rounds: int, timeout: float, heard: Callable[[], Heard | None]
    ) -> str:
        """The model's words; empty when the customer has to say something first (see `uses`).

        `heard` makes an ear for each round. Raises Unavailable and Refused.
        """
        until = time.monotonic() + timeout
        prompt = self._with_results(replace(prompt, tools=self.toolbox.offered(self.caller)))
        for number in range(rounds + 1):
            over = prompt.calls_over or number == rounds
            prompt = replace(prompt, calls_over=over)
            text = await self.model.complete(
                prompt,
                timeout=until - time.monotonic(),
                heard=_words_alone(heard()) if prompt.tools else heard(),
            )
            said = parse(text) if prompt.tools else None
            if said is None or not said.calls or over:
                return _words(said.words if said else text)
            before = len(self.uses)
            for call in said.calls:
                await self._make(call, until)
            if self._waits:
                return ""
            # Who asks for the same again will go on to: then it answers from what it has.
            prompt = replace(self._with_results(prompt), calls_over=len(self.uses) == before)
        raise Unusable("the model only called tools")

    async def _make(self, call: Call, until: float) -> None:
        """What does something is done once in a turn, however the model words it the second time."""
        tool = self.toolbox.tools.get(call.name)
        once = bool(tool and tool.settings.side_effect)
        if call.key in self._made or self._waits or (once and any(_did(use, call.name) for use in self.uses)):
            return
        self._made.add(call.key)
        self.uses.append(
            await self.toolbox.call(call.name, call.arguments, self.caller, about=self.about, until=until)
        )

    @property
    def _waits(self) -> bool:
        return bool(self.uses) and self.uses[-1].end is ToolEnd.ASKED

    def _with_results(self, prompt: Prompt) -> Prompt:
        """The newest first get room."""
        room, results = self.room, list[ToolResult]()
        for use in reversed(self.uses):
            room -= budget.tokens(use.data)
            data = use.data if room >= 0 else _TOO_LONG
            results.insert(0, ToolResult(use.name, use.arguments, data))
        return replace(prompt, results=tuple(results))


def _did(use: ToolUse, name: str) -> bool:
    return use.name == name and use.end in (ToolEnd.FOUND, ToolEnd.AWAY)


def _words(text: str) -> str:
    if not text:
        raise Unusable("the model said nothing but calls")
    return text


def _words_alone(heard: Heard | None) -> Heard | None:
    """Nobody is shown a call."""
    if heard is None:
        return None

    def hear(text: str) -> None:
        if words := before_a_call(text).rstrip():
            heard(words)

    return hear
