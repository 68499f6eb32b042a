"""WeCom's template cards, which an app and a bot send alike (WeCom docs 90236, 101032): a menu of questions.

A button's key is the question itself, so that a click needs no memory of ours to be understood.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from adapters.suggestions import fitting

MOST_BUTTONS: Final = 6
MAX_KEY_BYTES: Final = 1024
TITLE_CHARS: Final = 26
"""A longer title is cut on the screen."""
_OURS: Final = "kefu-"
"""In front of our cards' task_id: the shop may send others by the same app."""


def choices(suggestions: Iterable[str]) -> tuple[str, ...]:
    """Those that a card can hold."""
    return fitting(suggestions, most=MOST_BUTTONS, max_bytes=MAX_KEY_BYTES)


def is_title(text: str) -> bool:
    """True when a card can show all of it in its title."""
    return 0 < len(text) <= TITLE_CHARS and "\n" not in text


def menu(title: str, suggestions: Sequence[str], *, task: str) -> dict[str, Any]:
    """A card with a button for each of the `choices`. `task` is letters, digits, _ and -, 100 at most."""
    return {
        "card_type": "button_interaction",
        "main_title": {"title": title},
        "task_id": _OURS + task,
        "button_list": [{"text": words, "key": words} for words in suggestions],
    }


def picked(task_id: str, key: str, options: Iterable[str]) -> str:
    """What a click asks: the options that were ticked, else the button; empty when the card is not ours."""
    if not task_id.startswith(_OURS):
        return ""
    return "\n".join(filter(None, map(str.strip, options))) or key.strip()
