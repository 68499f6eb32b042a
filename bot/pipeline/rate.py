"""Was the customer asked for a rating just now, and is this one?"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Final

from bot import wording
from bot.errors import TooMany
from bot.pipeline.clauses import clauses
from bot.pipeline.complains import complains
from bot.pipeline.sentences import seeks
from bot.pipeline.stars import Rated, rated
from bot.pipeline.wants_person import wants_person
from bot.ports import Clock, Opinions
from bot.types import Message, Opinion, Outcome, Speaker, Turn, changed

_WITHIN_S: Final = 3600.0
_GOOD: Final = 4


class Rate:
    """Keeps it, and ends the turn with thanks; what is asked beside it is answered first.

    A "5" at any other time is a question like others.
    """

    name = "rate"

    def __init__(self, opinions: Opinions, clock: Clock) -> None:
        self._opinions = opinions
        self._clock = clock

    async def __call__(self, turn: Turn) -> Turn:
        """Most turns pass through as they are. Raises Unavailable."""
        if not self._was_asked(turn):
            return turn
        each = [(message, rated(message.text)) for message in turn.messages]
        stars = [rating.stars for _, rating in each if rating]
        if not stars:
            return turn
        first, given = turn.messages[0], stars[-1]
        opinion = Opinion(
            turn.conversation, f"conversation {first.id}", given >= _GOOD, first.sent_at, stars=given
        )
        with suppress(TooMany):  # who rates all day long is thanked all the same
            await self._opinions.record(opinion)
        thanks = wording.THANKS if opinion.good else wording.SORRY
        others = tuple(_beside(message, rating) for message, rating in each)
        if any(_wants_more(message.text) for message in others) or turn.images:
            return changed(turn, messages=others, postscript=thanks)
        return turn.finish(thanks, Outcome.RATED)

    def _was_asked(self, turn: Turn) -> bool:
        """By the very last that was said."""
        last = turn.history[-1] if turn.history else None
        return (
            last is not None
            and last.by is Speaker.BOT
            and last.text.endswith(wording.RATE_US)
            and self._clock() - last.at < _WITHIN_S
        )


def _beside(message: Message, rating: Rated | None) -> Message:
    """What it says besides."""
    return replace(message, text=rating.rest) if rating else message


def _wants_more(text: str) -> bool:
    said = clauses(text)
    return seeks(text) or wants_person(said) or complains(said)
