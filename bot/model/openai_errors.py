"""What a fault of an OpenAI-compatible server means to us."""

from __future__ import annotations

from typing import Final

import openai

from bot.errors import Busy, Refused, Unavailable

NO_KEY: Final = "none"
"""The client wants a key even where the server (vLLM by default) asks for none."""
_WAIT_AT_MOST_S: Final = 60.0


def ours(error: openai.OpenAIError, server: str) -> Unavailable | Refused:
    """A busy, broken or absent server may be well again; one that knows us and says no will say no again."""
    if isinstance(error, openai.APIStatusError):
        text = f"{server} answered HTTP {error.status_code}"
        if error.status_code == 429:
            return Busy(text, retry_after=_seconds(error.response.headers.get("retry-after", "")))
        transient = error.status_code in (408, 409, 425) or error.status_code >= 500
        return Unavailable(text) if transient else Refused(text)
    if isinstance(error, openai.APITimeoutError):
        return Unavailable(f"{server} did not answer in time")
    return Unavailable(f"{server} can't be reached ({type(error).__name__})")


def _seconds(header: str) -> float | None:
    """Of Retry-After; it may also be a date, which nobody sends who means seconds."""
    return min(float(header), _WAIT_AT_MOST_S) if header.isascii() and header.isdigit() else None
