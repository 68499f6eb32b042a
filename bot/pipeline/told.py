"""What tools themselves have to say to a customer."""

from __future__ import annotations

from collections.abc import Sequence

from bot.types import ToolEnd, ToolUse


def told(uses: Sequence[ToolUse]) -> str:
    """All that was found, in the tools' own words; empty where nothing was."""
    return "\n\n".join(use.reply for use in uses if use.end is ToolEnd.FOUND and use.reply)


def is_told(text: str, uses: Sequence[ToolUse]) -> bool:
    """Whether it is a tool's words and nothing besides."""
    for use in uses:
        text = text.replace(use.reply, "")
    return not text.strip()


def unconfirmed(text: str, uses: Sequence[ToolUse]) -> list[str]:
    """What was done, in the tool's own words, unless the model told its number and all."""
    done = (use for use in uses if use.side_effect and use.end is ToolEnd.FOUND)
    return [use.reply for use in done if not all(value in text for value in use.values)]
