"""What a fault of an OpenAI-compatible server means to us."""

from __future__ import annotations

from typing import Final

import openai

from bot.errors import Refused, Unavailable

NO_KEY: Final = "none"
"""The client wants a key even where the server (vLLM by default) asks for none."""


def ours(error: openai.OpenAIError, server: str) -> Unavailable | Refused:
    """A busy, broken or absent server may be well again; one that knows us and says no will say no again."""
    if isinstance(error, openai.APIStatusError):
        text = f"{server} answered HTTP {error.status_code}"
        transient = error.status_code in (408, 409, 425, 429) or error.status_code >= 500
        return Unavailable(text) if transient else Refused(text)
    if isinstance(error, openai.APITimeoutError):
        return Unavailable(f"{server} did not answer in time")
    return Unavailable(f"{server} can't be reached ({type(error).__name__})")
