"""Writing what 微信客服 takes (WeCom docs 94677, 95122): `payload`'s other half."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from adapters.suggestions import fitting

MAX_TEXT_BYTES: Final = 2048
"""Of UTF-8; more is refused."""
MAX_HEAD_BYTES: Final = 1024
"""Of the text above a menu."""
_MOST_CLICKS: Final = 10
_MAX_CLICK_BYTES: Final = 128


def choices(suggestions: Iterable[str]) -> tuple[str, ...]:
    """Those that a menu can hold."""
    return fitting(suggestions, most=_MOST_CLICKS, max_bytes=_MAX_CLICK_BYTES)


def has_room(text: str) -> bool:
    """True when a menu can stand below it."""
    return len(text.encode()) <= MAX_HEAD_BYTES


def content(text: str, suggestions: Sequence[str]) -> dict[str, Any]:
    """A text, with a menu below it where there are suggestions. A click comes back as their words."""
    if not suggestions:
        return {"msgtype": "text", "text": {"content": text}}
    clicks = [
        {"type": "click", "click": {"id": str(number), "content": words}}
        for number, words in enumerate(suggestions)
    ]
    return {"msgtype": "msgmenu", "msgmenu": {"head_content": text, "list": clicks}}
