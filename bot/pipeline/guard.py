"""Is there a question, and one of a size we can answer?"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import replace

from bot import wording
from bot.settings import TenantSettings
from bot.types import Message, Outcome, Turn, changed


class Guard:
    """Cleans the text; asks back when nothing, or far too much, was said."""

    name = "guard"

    def __init__(self, tenants: Mapping[str, TenantSettings]) -> None:
        self._tenants = tenants

    async def __call__(self, turn: Turn) -> Turn:
        """Finish the turn with a courteous line, or pass it on with clean text."""
        tenant = self._tenants[turn.conversation.tenant]
        limit = tenant.limits.text_chars
        if (messages := tuple(map(_clean, turn.messages))) != turn.messages:
            turn = changed(turn, messages=messages)
        if not turn.question and not turn.images:
            return turn.finish(_about_silence(turn.messages[-1]), Outcome.CLARIFIED, tenant.suggestions)
        if any(len(message.text) > limit for message in turn.messages):
            return turn.finish(wording.TOO_LONG.format(limit=limit), Outcome.CLARIFIED)
        return turn


def _about_silence(message: Message) -> str:
    if message.kind == "text":
        return wording.NOTHING_SAID
    return wording.ONLY_TEXT.format(kind=wording.named(message.kind))


def _clean(message: Message) -> Message:
    """Without what is not readable, and white space around."""
    text = message.text if message.text.isprintable() else "".join(filter(is_readable, message.text))
    text = unicodedata.normalize("NFC", text).strip()
    return message if text == message.text else replace(message, text=text)


def is_readable(character: str) -> bool:
    """False for control, format and private-use characters and lone surrogates. Emoji need one that joins."""
    return character in "\n\t\u200d" or unicodedata.category(character) not in ("Cc", "Cf", "Co", "Cs")
