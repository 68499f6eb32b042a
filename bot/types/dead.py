"""What was given up, kept for whoever can mend the reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bot.types.delivery import Reply
from bot.types.message import Message

APOLOGISED: Final = "apologised"
"""How a letter stands whose turn never worked out: its reply, an apology, may well have arrived."""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A reply that was not delivered, or messages that got an apology for an answer."""

    reply: Reply
    state: str
    """failed or expired, as the delivery ended; or apologised."""
    reason: str
    next_part: int = 0
    """The first that the platform has not taken."""
    messages: tuple[Message, ...] = ()
    """Those that got the apology."""
    at: float = 0.0
    """Since when, by the store's clock."""

    @property
    def id(self) -> str:
        """The reply's."""
        return self.reply.id
