"""An answer on its way to the platform, and what becomes of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.types.message import Address, Conversation
from bot.types.turn import Outcome


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer with an address on it. Its id makes committing and sending repeatable."""

    id: str
    conversation: Conversation
    address: Address
    text: str
    outcome: Outcome | None
    """None: no turn of the bot's (a welcome, a person's words)."""
    answers: tuple[str, ...]
    """Ids of the messages it answers."""
    created_at: float
    sources: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    """What a customer may know the sources by, each once."""
    suggestions: tuple[str, ...] = ()
    """Questions to offer behind it, where the door can."""
    rate: bool = False
    """True: it asks for a rating, from 1 to 5; its text says so, too."""
    person: bool = False
    """True: a person's words; its text says so, too."""
    first_part: int = 0
    """Parts before it are with the platform: it was given up there, and put back."""
    until: float | None = None
    """Unix seconds after which nobody needs it, whatever became of it; None: it is a promise."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a customer thinks of a reply."""

    conversation: Conversation
    reply: str
    """The reply's id."""
    good: bool
    at: float
    words: str = ""
    """Why, if they said so."""
    stars: int = 0
    """1 to 5, of a whole conversation; 0: it is about one reply."""


class DeliveryState(StrEnum):
    """Where a reply stands. Drawn in DECISIONS.md."""

    QUEUED = "queued"
    """In the outbox; no part was sent yet."""
    SENDING = "sending"
    """Some parts are with the platform."""
    SENT = "sent"
    """The platform took every part."""
    EXPIRED = "expired"
    """Its address ran out before the platform took it."""
    FAILED = "failed"
    """The platform refused it, or would not take it in time."""

    @property
    def final(self) -> bool:
        """True when nothing more will be tried."""
        return self in (DeliveryState.SENT, DeliveryState.EXPIRED, DeliveryState.FAILED)


@dataclass(frozen=True, slots=True)
class Delivery:
    """A reply on its way out; resumes at the first part the platform has not taken."""

    reply: Reply
    next_part: int = 0
    attempts: int = 0
    last_error: str = ""
    sent_since: int = 0
    """Parts, of this reply and others, that the platform took since the customer last wrote."""
    unanswered: int = 0
    """Messages of the conversation whose answer is still to come."""
    replies: int = 1
    """How many were put together, where the platform takes few messages."""

    @property
    def state(self) -> DeliveryState:
        """QUEUED or SENDING: a delivery that is over has left the outbox."""
        return DeliveryState.SENDING if self.next_part else DeliveryState.QUEUED


@dataclass(frozen=True, slots=True)
class Receipt:
    """The platform's word that it took a part."""

    platform_id: str
    accepted_at: float


@dataclass(frozen=True, slots=True)
class RetryAt:
    """Try again at this time (unix seconds)."""

    at: float
    counts: bool = True
    """False: nothing was tried, so it is no attempt."""


@dataclass(frozen=True, slots=True)
class GiveUp:
    """Stop trying, and why."""

    reason: str
    state: DeliveryState = DeliveryState.FAILED
    """What a delivery that ends so has come to."""
