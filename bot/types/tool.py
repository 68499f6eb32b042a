"""What became of a call to a tool."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class ToolEnd(StrEnum):
    """How a call ended."""

    FOUND = "found"
    """Or done, where it does something."""
    NOTHING = "nothing"
    """There is none, or none of this customer's: nobody is told which."""
    ASKED = "asked"
    """The customer has to say or prove something first; nothing was called."""
    WRONG = "wrong"
    """There is no such tool, or its arguments are none."""
    AWAY = "away"
    """It can't be called now."""


@dataclass(frozen=True, slots=True)
class ToolUse:
    """One call, and what it brought."""

    name: str
    arguments: Mapping[str, Any]
    end: ToolEnd
    data: str
    """For the model, and for whoever checks its answer: JSON, cut to a budget."""
    reply: str = ""
    """For the customer, in the tool's own words; empty: it has none."""
    values: tuple[str, ...] = ()
    """Those of the result that stand in `reply`."""
    side_effect: bool = False
    seconds: float = 0.0
