"""What a customer said, and where an answer to it can go."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Self

SIGNED: Final = "user:"
"""Begins the id of a web visitor whom the shop's own page named and signed. Anybody else's holds no colon."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """One customer (or one group) talking to one tenant over one channel: the unit of order.

    Tenant and channel names hold no colon (`bot.settings` sees to it), so the text form is unambiguous
    even when a platform's customer id holds one.
    """

    tenant: str
    channel: str
    customer: str

    def __str__(self) -> str:
        return f"{self.tenant}:{self.channel}:{self.customer}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read back what `str()` wrote. Raises ValueError on anything else."""
        tenant, channel, customer = text.split(":", 2)
        return cls(tenant, channel, customer)


@dataclass(frozen=True, slots=True)
class Address:
    """Where a reply can go. Opaque to the core: only the channel that made it reads `data`."""

    data: dict[str, str]
    expires_at: float | None = None
    """Unix seconds after which no way in `data` leads anywhere; None: it does not expire."""
    most: int | None = None
    """Parts that the platform takes until the customer writes again; None: any number."""
    own: bool = False
    """True where each message shows as open until it has a reply of its own."""


@dataclass(frozen=True, slots=True)
class Media:
    """A picture, a voice message or a file that came with a message, and has not been fetched yet."""

    kind: str
    """image, voice, video or file."""
    handle: dict[str, str]
    """Where it is to be had. Opaque to the core: only the channel that made it reads it."""
    name: str = ""
    """What the customer's device called it; empty: nothing. Never a path to write to."""


@dataclass(frozen=True, slots=True)
class Message:
    """One thing a customer said."""

    id: str
    """The platform's own id, unique within the channel: what a repeated delivery is recognised by."""
    conversation: Conversation
    text: str
    """What was said, in words; empty when `kind` is not text and the platform gave no words for it."""
    sent_at: float
    """Unix seconds, by the platform's clock."""
    address: Address
    kind: str = "text"
    """text, image, voice, video, file, location, link or other."""
    sender: str = ""
    """Who in the conversation: differs from its customer in a group."""
    media: tuple[Media, ...] = ()
    """What came along, in the customer's order."""


@dataclass(frozen=True, slots=True)
class Ignored:
    """A genuine request that needs no answer, and why (a receipt, an event nobody handles)."""

    reason: str


class Acceptance(StrEnum):
    """What the inbox did with a message."""

    STORED = "stored"
    REPEATED = "repeated"
    """It was there already: a platform delivered it again."""
    FULL = "full"
    """The conversation holds too many unanswered messages; nothing was stored."""
