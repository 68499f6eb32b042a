"""A model that is told nobody's numbers: it reads and writes placeholders.

Its reader gets what they stand for. That it keeps them as they are is among its rules (`bot.model.prompt`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

from bot.patterns import Pattern
from bot.ports import Heard, Model, Prompt, ToolResult, ToolSpec
from bot.safety.personal import Kind, replaced

_PLACE: Final = re.compile(rf"[〔\[【]\s*({'|'.join(Kind)})\s*(\d{{1,3}})\s*[〕\]】]")


class Discreet:
    """`bot.ports.Model` around another one."""

    def __init__(self, model: Model) -> None:
        self._model = model

    async def complete(self, prompt: Prompt, *, timeout: float, heard: Heard | None = None) -> str:
        """The model's words, with what they stand for put back. Raises Unavailable or Refused."""
        names = Placeholders(prompt.tools)
        asked = names.hidden_in(prompt)

        def hear(text: str) -> None:
            if heard:
                heard(names.put_back(text))

        return names.put_back(
            await self._model.complete(asked, timeout=timeout, heard=hear if heard else None)
        )

    async def ping(self) -> None:
        """Raises Unavailable when it could not answer now."""
        await self._model.ping()

    async def close(self) -> None:
        """Let go of connections."""
        await self._model.close()


class Placeholders:
    """Of one prompt: the same for the same, numbered as they come, so that a conversation keeps its own."""

    def __init__(self, tools: Iterable[ToolSpec] = ()) -> None:
        self._wanted = [Pattern(pattern) for tool in tools for pattern in _patterns(tool)]
        self._names: dict[tuple[Kind, str], str] = {}
        self._values: dict[str, str] = {}
        """What each stands for, by its name without brackets."""

    def hidden_in(self, prompt: Prompt) -> Prompt:
        """The knowledge stays as it is: the shop's own numbers are there to be told."""
        return replace(
            prompt,
            history=tuple(replace(said, text=self.hide(said.text)) for said in prompt.history),
            question=self.hide(prompt.question),
            results=tuple(map(self._result, prompt.results)),
        )

    def hide(self, text: str) -> str:
        """What looks like an argument that a tool needs (an order's number) is left to it."""
        return replaced(text, self._written)

    def put_back(self, text: str) -> str:
        """Of a placeholder that nobody gave, the model's own words stay."""
        return _PLACE.sub(lambda match: self._values.get(f"{match[1]}{match[2]}", match[0]), text)

    def _written(self, kind: Kind, value: str) -> str:
        if any(pattern.fits(value) for pattern in self._wanted):
            return value
        name = self._names.get((kind, value))
        if name is None:
            number = sum(other is kind for other, _ in self._names) + 1
            name = self._names[kind, value] = f"{kind}{number}"
            self._values[name] = value
        return f"〔{name}〕"

    def _result(self, result: ToolResult) -> ToolResult:
        arguments = {key: self._hidden(value) for key, value in result.arguments.items()}
        return replace(result, arguments=arguments, data=self.hide(result.data))

    def _hidden(self, value: Any) -> Any:
        return self.hide(value) if isinstance(value, str) else value


def _patterns(tool: ToolSpec) -> Iterable[str]:
    properties: Mapping[str, Mapping[str, Any]] = tool.parameters.get("properties", {})
    return (own["pattern"] for own in properties.values() if own.get("pattern"))
