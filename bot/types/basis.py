"""What an answer rested on, for whoever looks at what customers thought of it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.types.delivery import Opinion
from bot.types.turn import Outcome


@dataclass(frozen=True, slots=True)
class Ground:
    """A passage that the answer could use."""

    id: str
    source: str
    score: float


@dataclass(frozen=True, slots=True)
class Basis:
    """Of one reply."""

    reply: str
    """Its id."""
    question: str
    answer: str
    outcome: Outcome
    model: str
    """Its name, where one spoke; else empty."""
    grounds: tuple[Ground, ...]
    """Best first."""


@dataclass(frozen=True, slots=True)
class Judged:
    """An opinion, with what it is about."""

    opinion: Opinion
    basis: Basis | None
    """None: the reply was no answer, or it was judged much later."""
