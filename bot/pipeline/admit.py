"""Saying what was left out of an answer."""

from __future__ import annotations

from dataclasses import replace

from bot import wording
from bot.types import Turn, changed


class Admit:
    """Adds to an answer that something the customer sent along could not be looked at."""

    name = "admit"

    async def __call__(self, turn: Turn) -> Turn:
        """Most turns pass through as they are."""
        if not turn.draft or not turn.unseen:
            return turn
        kinds = "、".join(map(wording.named, turn.unseen))
        text = f"{turn.draft.text}\n\n{wording.UNSEEN.format(kind=kinds)}"
        return changed(turn, draft=replace(turn.draft, text=text))
