"""An answer with what the model thinks of it, as JSON of one form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from importlib import resources
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta, Struct

from bot.errors import Unusable
from bot.ports import Prompt

_RULES: Final = (
    (resources.files("bot.model") / "prompts" / "structured.md").read_text(encoding="utf-8").rstrip()
)
_MOST: Final = 20

SCHEMA: Final[Mapping[str, Any]] = {
    "type": "object",
    "properties": {
        "answer": {"type": "string"},
        "confidence": {"type": "number", "minimum": 0, "maximum": 1},
        "sources": {"type": "array", "items": {"type": "integer"}, "maxItems": _MOST},
        "needs_human": {"type": "boolean"},
    },
    "required": ["answer", "confidence", "sources", "needs_human"],
    "additionalProperties": False,
}
"""The same for all, so that a server compiles it once."""


class Structured(Struct, frozen=True, forbid_unknown_fields=True):
    """What it says."""

    answer: Annotated[str, Meta(min_length=1)]
    confidence: Annotated[float, Meta(ge=0, le=1)] = 1.0
    sources: Annotated[list[int], Meta(max_length=_MOST)] = []
    """Places of passages, from 1."""
    needs_human: bool = False


def structured(prompt: Prompt) -> Prompt:
    """Asks for it. In words, too: where a server can't hold a model to the form, it may keep to it."""
    return replace(prompt, system=f"{prompt.system}\n{_RULES}", form=SCHEMA)


def read(text: str) -> Structured:
    """Plain words are an answer, too. Raises Unusable for what is neither: half an object is for nobody."""
    bare = text.strip().removeprefix("```json").removeprefix("```").removesuffix("```").strip()
    if not bare.startswith("{"):
        return Structured(text)
    try:
        found = msgspec.json.decode(bare, type=Structured)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise Unusable("the model's answer is not of the form that it was asked for") from error
    if not found.answer.strip():
        raise Unusable("the model said nothing")
    return found
