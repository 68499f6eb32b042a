"""Was the customer asked for a rating just now, and is this one?"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Final

from bot import wording
from bot.errors import TooMany
from bot.ports import Clock, Opinions
from bot.types import Opinion, Outcome, Speaker, Turn

_RATING: Final = re.compile(r"\s*([1-5１-５])\s*[分星]?[。.!！]?\s*")
_WITHIN_S: Final = 3600.0
_GOOD: Final = 4


class Rate:
    """Keeps it, and ends the turn with thanks. A "5" at any other time is a question like others."""

    name = "rate"

    def __init__(self, opinions: Opinions, clock: Clock) -> None:
        self._opinions = opinions
        self._clock = clock

    async def __call__(self, turn: Turn) -> Turn:
        """Most turns pass through as they are. Raises Unavailable."""
        rating = _RATING.fullmatch(turn.question) if self._was_asked(turn) else None
        if rating is None:
            return turn
        stars, first = int(rating[1]), turn.messages[0]
        opinion = Opinion(
            turn.conversation, f"conversation {first.id}", stars >= _GOOD, first.sent_at, stars=stars
        )
        with suppress(TooMany):  # who rates all day long is thanked all the same
            await self._opinions.record(opinion)
        return turn.finish(wording.THANKS if opinion.good else wording.SORRY, Outcome.RATED)

    def _was_asked(self, turn: Turn) -> bool:
        """By the very last that was said."""
        last = turn.history[-1] if turn.history else None
        return (
            last is not None
            and last.by is Speaker.BOT
            and last.text.endswith(wording.RATE_US)
            and self._clock() - last.at < _WITHIN_S
        )
