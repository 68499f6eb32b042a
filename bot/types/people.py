"""Conversations that a person has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bot.types.message import Address, Conversation

ASKED: Final = "asked"
COMPLAINT: Final = "complaint"
ABUSE: Final = "abuse"
BY_MODEL: Final = "model"
"""Why a conversation is handed over, beside what else its answer may give as a reason."""


@dataclass(frozen=True, slots=True)
class HandOver:
    """What a commit does besides: from that moment a person has the conversation."""

    reason: str
    """Why, in a word for the list."""
    seconds: float
    """Until the bot takes it back, should no person say anything."""
    tell: bool
    """True where there is a way to tell people that somebody waits."""


@dataclass(frozen=True, slots=True)
class Missed:
    """Somebody wanted a person while none was there, or none came."""

    conversation: Conversation
    at: float
    """Unix seconds."""
    reason: str
    """As a hand-over's."""
    said: tuple[str, ...] = ()
    """The customer's last lines, oldest first, each cut to a size."""


@dataclass(frozen=True, slots=True)
class Attended:
    """A conversation that a person has, or that waits for one. The bot is silent in it."""

    conversation: Conversation
    address: Address
    """Where a person's words go: that of the customer's last message."""
    reason: str
    since: float
    until: float
    """When the bot takes it back, should no person say anything. Unix seconds, as all times here."""
    said_at: float
    """When the customer last wrote."""
    waits_since: float | None
    """When the customer began to wait for a word of a person's; None: they had one."""
    who: str = ""
    """Who of the people spoke last; empty: nobody yet."""
    messages: int = 0
    """Of the customer's, since a person is to have it."""
    told: int = 0
    """Of them, those that people were told of."""
    attempts: int = 0
    """How often telling them did not work since it last did."""
