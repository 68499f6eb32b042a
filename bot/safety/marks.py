"""Marks that tell a model who speaks and what is data. Nobody but we may write one."""

from __future__ import annotations

import re
from typing import Final

from bot.safety.letters import visible

_OPENS: Final = re.compile(r"[<＜﹤](?!\s*[\d=＝-]|\s|\Z)")
"""Of `</资料>`, `<tool_call>`, `<|im_start|>`, and of whatever marks other models have; not in 尺码<40."""
_BRACKETED: Final = re.compile(r"\[(/?(?:INST|SYS|TOOL_CALLS|TOOL_RESULTS|AVAILABLE_TOOLS)\b)", re.IGNORECASE)
"""Llama's and Mistral's."""
_SHOWN: Final = re.compile(
    r"</?\s*(?:tools?|tool_\w+|资料|think)\s*>|<\|\w+|\[/?INST\]|\"(?:parameters|arguments)\"\s*:\s*\{", re.I
)


def defused(text: str) -> str:
    """What anybody else wrote, as it may stand in a prompt."""
    return _BRACKETED.sub(r"〔\1", _OPENS.sub("〈", visible(text)))


def are_in(text: str) -> bool:
    """Does an answer show what only we and the model should see?"""
    return _SHOWN.search(visible(text)) is not None
