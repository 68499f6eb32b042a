"""The right to work on a conversation, and what its holder gets to work on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.types.delivery import Delivery
from bot.types.message import Conversation, Message
from bot.types.turn import Said


class Work(StrEnum):
    """The kinds of work a conversation can need. Each has its own lease and its own schedule."""

    ANSWER = "answer"
    DELIVER = "deliver"
    PULL = "pull"
    """Of an account whose messages we fetch: it stands where a conversation's customer does."""


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to do one kind of work on one conversation, while it is renewed.

    `fence` grows with every lease given. The store refuses a write under any but the newest, so a worker
    that was paused beyond its lease cannot speak out of turn when it wakes.
    """

    conversation: Conversation
    work: Work
    fence: int


@dataclass(frozen=True, slots=True)
class Claim:
    """What the holder of an ANSWER lease works on."""

    messages: tuple[Message, ...]
    history: tuple[Said, ...]
    attempts: int
    """How often answering these messages was tried and put back before."""
    person: bool = False
    """True while a person has the conversation: the messages are for them."""
    lapsed: bool = False
    """True when a person's time is over, and the customer was not told yet that the bot is back."""
    crowded: bool = False
    """True when more wait than the model can answer in time: it is to be spared where that can be done."""
    parked: int = 0
    """Of the messages, the first so many: their customer knows that they wait for what is away."""


@dataclass(frozen=True, slots=True)
class Newer:
    """What came in behind the messages of a turn, since it began."""

    messages: tuple[Message, ...]
    quiet_s: float
    """Until the customer counts as having said all they want to say; 0: they do."""


@dataclass(frozen=True, slots=True)
class Taken:
    """The conversation whose turn it is."""

    lease: Lease
    claim: Claim
    more: bool
    """Others are ready, too."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A delivery, and the right to make it."""

    lease: Lease
    delivery: Delivery | None
    """None: nothing of what was there could be read."""


@dataclass(frozen=True, slots=True)
class Committed:
    """A turn that is over."""

    more: bool
    """The customer said more meanwhile: the conversation is ready again."""
    out: Outgoing | None
    """For whoever asked to deliver the reply; None: it takes its way through the outbox."""


@dataclass(frozen=True, slots=True)
class Pull:
    """What the holder of a PULL lease works on."""

    wake: str
    """The last word that there is something to fetch; empty: nothing is known to wait."""
    token: str
    """The platform's, from that word; may be empty."""
    cursor: str
    """How far we got; empty: never fetched, or forgotten."""
    attempts: int
