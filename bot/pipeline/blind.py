"""A turn whose knowledge could not be looked into: nobody knows what it would have said."""

from __future__ import annotations

from bot import wording
from bot.types import Answer, Outcome, Turn, changed


def blinded(turn: Turn, reason: str) -> Turn:
    """It goes on for its tools' sake; without any an honest line is all."""
    turn = changed(turn, blind=reason)
    return turn if turn.offered or turn.tool_calls else changed(turn, draft=cannot_look(turn))


def cannot_look(turn: Turn) -> Answer:
    """That it is our fault, and no gap in the knowledge."""
    return Answer(wording.KNOWLEDGE_AWAY, Outcome.APOLOGISED, reason=turn.blind)
