"""A text out of a question's row, whatever stands there."""

from __future__ import annotations

from typing import Any

from knowledge.formats.encoding import UNREADABLE
from knowledge.judge.cases import BadQuestion


def is_none(value: Any) -> bool:
    """True for what says nothing: no value, or blanks."""
    return value is None or (isinstance(value, str) and not value.strip())


def text_of(value: Any, column: str, most: int) -> str:
    """Without blanks around it; empty where there is none. Raises BadQuestion."""
    if isinstance(value, list | dict | bool):
        raise BadQuestion(f"has something in {column} that is no text")
    told = "" if value is None else str(value).encode(errors="ignore").decode().strip()
    if len(told) > most:
        raise BadQuestion(f"has a {column} of more than {most} characters")
    if UNREADABLE in told:
        raise BadQuestion("has characters that can't be read (\ufffd); write them anew")
    return told
