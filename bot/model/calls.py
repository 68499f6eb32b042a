"""Calls of tools that a server tells of in a field of their own, in the form of those that stand in text."""

from __future__ import annotations

import json
from typing import Final

from msgspec import Struct

_MOST: Final = 8
_LONGEST: Final = 16 * 1024
"""Letters of one call's arguments."""


class Function(Struct):
    """What is called, or a piece of it."""

    name: str | None = None
    arguments: str | None = None


class CallPiece(Struct):
    """One call of a completion, or what one event of a stream brings of it."""

    index: int = 0
    function: Function | None = None


class Calls:
    """Puts pieces together."""

    def __init__(self) -> None:
        self._names: dict[int, str] = {}
        self._arguments: dict[int, str] = {}

    def add(self, piece: CallPiece) -> None:
        """Of a call that was begun, or of a new one."""
        if piece.function is None or not 0 <= piece.index < _MOST:
            return
        if piece.function.name:
            self._names[piece.index] = piece.function.name
        so_far = self._arguments.get(piece.index, "")
        self._arguments[piece.index] = (so_far + (piece.function.arguments or ""))[:_LONGEST]

    def written(self) -> str:
        """As `bot.ports.Prompt.tools` says."""
        return "".join(written(name, self._arguments[index]) for index, name in sorted(self._names.items()))


def written(name: str, arguments: object) -> str:
    """One call. `arguments` may be JSON in a text, as it comes."""
    call = json.dumps({"name": name, "arguments": arguments}, ensure_ascii=False).replace("<", "\\u003c")
    return f"<tool_call>{call}</tool_call>"
