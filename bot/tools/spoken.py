"""Calls that a model wrote into its text.

As Qwen and Hermes write them (`<tool_call>{"name": …, "arguments": …}</tool_call>`, which is also how
`bot.model.openai_chat` tells of those that a server read itself), or as JSON with or without a fence, as
Qwen2.5-Coder does.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

_MARKED: Final = re.compile(r"<tool_calls?>(.*?)(?:</tool_calls?>|\Z)", re.S)
_FENCED: Final = re.compile(r"```(?:json|tool_call)?\s*([\[{].*?[\]}])\s*(?:```|\Z)", re.S)
_BEGINS: Final = re.compile(r"<tool_|```|\A\s*[\[{]")
_MOST: Final = 8
"""Calls of one answer: more is no plan."""


@dataclass(frozen=True, slots=True)
class Call:
    """What a model wants to have called."""

    name: str
    arguments: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The same for the same call."""
        return json.dumps([self.name, self.arguments], sort_keys=True, default=str)


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a model said, without its calls, and those."""

    words: str
    calls: tuple[Call, ...]


def parse(text: str) -> Spoken:
    """What looks like a call, and can't be read as one, is none, and is not for a customer either."""
    if _MARKED.search(text):
        found = _calls(_MARKED.findall(text))
        return Spoken(_MARKED.sub("", text).strip(), found)
    if calls := _calls(_FENCED.findall(text)):
        return Spoken(_FENCED.sub("", text).strip(), calls)
    if text.lstrip().startswith(("{", "[")) and (calls := _calls([text])):
        return Spoken("", calls)
    return Spoken(text.strip(), ())


def before_a_call(text: str) -> str:
    """As much of a growing text as is surely words."""
    begins = _BEGINS.search(text)
    end = begins.start() if begins else len(text)
    return text[: min(end, _half_a_mark(text))]


def _half_a_mark(text: str) -> int:
    """Where a mark may just begin, at the end."""
    return min(
        (len(text) - n for mark in ("<tool_", "```") for n in range(1, len(mark)) if text.endswith(mark[:n])),
        default=len(text),
    )


def _calls(pieces: list[str]) -> tuple[Call, ...]:
    return tuple(call for piece in pieces for call in _read(piece))[:_MOST]


def _read(piece: str) -> Iterator[Call]:
    try:
        said = json.loads(_single_braced(piece))
    except (ValueError, RecursionError):
        return
    for one in said if isinstance(said, list) else [said]:
        if isinstance(one, dict) and isinstance(one.get("name"), str) and "arguments" in one:
            yield Call(one["name"], _arguments(one["arguments"]))


def _single_braced(piece: str) -> str:
    """Qwen2.5's chat template shows its models calls in doubled braces, and some write them so."""
    bare = piece.strip()
    return bare[1:-1] if bare.startswith("{{") and bare.endswith("}}") else bare


def _arguments(said: Any) -> dict[str, Any]:
    """An object, or JSON of one in a text, as OpenAI's field has it."""
    if isinstance(said, str):
        try:
            said = json.loads(said) if said.strip() else {}
        except (ValueError, RecursionError):
            return {}
    return said if isinstance(said, dict) else {}
