"""What the knowledge lacks."""

from __future__ import annotations

from dataclasses import dataclass

from bot.types.turn import Outcome


@dataclass(frozen=True, slots=True)
class Gap:
    """A question that the knowledge could not, or hardly, answer."""

    question: str
    """Without numbers that could be somebody's."""
    at: float
    """Unix seconds."""
    outcome: Outcome
    nearest: str = ""
    """`Passage.title` of what fitted best; empty: nothing did."""
    score: float = 0.0
    """Of that, 0 to 1."""
