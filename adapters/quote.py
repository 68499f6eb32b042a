"""The line that a customer points at, in front of what they say about it: it tells what "this" is."""

from __future__ import annotations

from typing import Final

_MOST_CHARS: Final = 100
"""Enough to know what is meant; a long answer of ours in front would make a question too long to be read."""


def quoted(words: str) -> str:
    """As one line, with its end; empty when there are no words."""
    line = " ".join(words.split())
    cut = line if len(line) <= _MOST_CHARS else f"{line[:_MOST_CHARS]}…"
    return f"「{cut}」\n" if cut else ""
