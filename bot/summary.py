"""What a person should know who takes a conversation: why, what the customer wants, and about what."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot import wording
from bot.pipeline.relieve import TOO_MANY_WAIT
from bot.pipeline.slots import carried
from bot.types import Said, Speaker
from bot.types.people import ABUSE, ASKED, BY_MODEL, COMPLAINT

_QUESTIONS: Final = 3
_CHARS: Final = 60
"""Of a line: who wants all of it reads the conversation itself."""
_REASONS: Final = {
    ASKED: wording.THEY_ASKED,
    COMPLAINT: wording.THEY_COMPLAIN,
    ABUSE: wording.THEY_ARE_UPSET,
    BY_MODEL: wording.BETTER_BY_A_PERSON,
    TOO_MANY_WAIT: wording.MANY_WAIT,
}


def why(reason: str) -> str:
    """Of a hand-over."""
    return wording.WHY.format(reason=_REASONS.get(reason, wording.SOMETHING_ELSE))


def summary(history: Sequence[Said]) -> list[str]:
    """What the customer said last, what the bot answered, and the order and item that were spoken of.

    As it is, with all numbers: they need those. It goes to people, and into no log.
    """
    asked = [line.text for line in history if line.by is Speaker.CUSTOMER][-_QUESTIONS:]
    lines = [wording.THEIR_WORDS.format(words=_short(text)) for text in asked]
    if answered := _last_answer(history):
        lines.append(wording.BOT_SAID.format(words=_short(answered)))
    slots = carried(history)
    if slots.order:
        lines.append(wording.THEIR_ORDER.format(order=slots.order))
    if slots.item:
        lines.append(wording.THEIR_ITEM.format(item=_short(slots.item)))
    return lines


def _last_answer(history: Sequence[Said]) -> str:
    """Before the line that handed over: that one says nothing."""
    said = [line.text for line in history if line.by is Speaker.BOT and not _hands_over(line.text)]
    return said[-1] if said else ""


def _hands_over(line: str) -> bool:
    """Whether or not a postscript stands behind it."""
    return line.partition("\n\n")[0] in wording.HANDED


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= _CHARS else f"{words[:_CHARS]}…"
