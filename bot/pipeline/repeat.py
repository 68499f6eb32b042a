"""Was the very same asked twice in a row, and answered well?"""

from __future__ import annotations

from typing import Final

from bot import wording
from bot.model.prompt import question
from bot.pipeline.recall import same
from bot.types import Outcome, Speaker, Turn

HISTORY_LINES: Final = 4
"""Two questions, and their answers."""
_WITHIN_S: Final = 600.0
_NO_ANSWERS: Final = frozenset(
    (
        wording.APOLOGY,
        wording.KNOWLEDGE_AWAY,
        wording.TOO_OFTEN,
        wording.BOT_IS_BACK,
        wording.NO_PERSON_CAME,
        wording.NOT_HANDED_OVER,
        wording.HANDED_OFF_AS_BUSY,
    )
)


class Repeat:
    """Says the last answer again when the same is asked for the third time, and asks no model.

    The second time gets an answer of its own: the first may not have been understood. Where tools may be
    asked the answer may be another by now. What was no good answer is none to say again: it must count each
    time, and lead to a person.
    """

    name = "repeat"

    async def __call__(self, turn: Turn) -> Turn:
        """Most turns pass through as they are."""
        if turn.draft or turn.offered or len(turn.history) < HISTORY_LINES:
            return turn
        if any(message.media for message in turn.messages):
            return turn
        lines = turn.history[-HISTORY_LINES:]
        first, _, second, answer = lines
        if [line.by for line in lines] != [Speaker.CUSTOMER, Speaker.BOT] * 2:
            return turn
        if len({same(text) for text in (first.text, second.text, question(turn))}) > 1:
            return turn
        if answer.unsure or answer.text in _NO_ANSWERS or turn.messages[0].sent_at - first.at > _WITHIN_S:
            return turn
        return turn.finish(answer.text, Outcome.CACHED)
