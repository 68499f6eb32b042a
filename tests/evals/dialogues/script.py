"""What the customers of `dialogues.jsonl` say, and what is right."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import msgspec

FILE: Final = Path(__file__).parents[1] / "dialogues.jsonl"


@dataclass(frozen=True, slots=True)
class Due:
    """A tool that has to be called."""

    name: str
    arguments: dict[str, Any] = field(default_factory=dict)
    """Those that must be among its own."""


@dataclass(frozen=True, slots=True)
class Line:
    """One message, and what its answer is judged by."""

    says: str
    facts: tuple[tuple[str, ...], ...] = ()
    """Each must be stated, in one of its ways."""
    never: tuple[str, ...] = ()
    gold: tuple[str, ...] = ()
    """The titles that tell the facts, or their ends."""
    tool: Due | None = None
    refused: bool = False
    """True: the shop knows nothing of it, and nothing may be told."""


@dataclass(frozen=True, slots=True)
class Dialogue:
    """One customer's, from the beginning."""

    name: str
    turns: tuple[Line, ...]
    who: str = ""
    """As the shop's page names them; empty: a stranger."""


def read(file: Path = FILE) -> list[Dialogue]:
    """Raises msgspec.ValidationError, and names the line's fault."""
    lines = file.read_text(encoding="utf-8").splitlines()
    return [msgspec.json.decode(line, type=Dialogue, strict=True) for line in lines]
