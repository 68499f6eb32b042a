"""What is kept of what a customer said: for later prompts, and for the people who read along."""

from __future__ import annotations

from typing import Final

from bot import wording
from bot.pipeline.guard import is_readable
from bot.types import Message

HISTORY_CHARS: Final = 1000
"""Of one line of history: what waits to be forgotten for a day must not fill the store."""


def kept(text: str) -> str:
    """What the history remembers of a question: a later prompt has no room for more."""
    return "".join(filter(is_readable, text[:HISTORY_CHARS]))


def for_people(message: Message) -> str:
    """What a person reads of a message: of a very long one the beginning, and that there was more."""
    if not message.text:
        return wording.WITHOUT_WORDS.format(kind=wording.named(message.kind))
    words = kept(message.text)
    return words if len(message.text) <= HISTORY_CHARS else f"{words}…"
