"""What the journal tells: what became of messages, by their ids, and never what was said.

An entry has a largest size, so that the number of entries is a bound of the memory that they take.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any, Final

from bot.store.codec import encode
from bot.types import DeliveryState, Outcome, Reply

ENTRY_BYTES: Final = 4096
"""Most are a tenth of it; the ids of a hundred messages fit."""
_BEGINNING: Final = 40


@dataclass(frozen=True, slots=True)
class Answered:
    """A turn is over."""

    reply: str
    conversation: str
    answers: tuple[str, ...]
    outcome: Outcome | None
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PassedOn:
    """Messages are a person's to answer."""

    conversation: str
    messages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PassedOver:
    """Messages got no reply: too many had come."""

    conversation: str
    messages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PersonSaid:
    """A person spoke."""

    reply: str
    conversation: str
    who: str


@dataclass(frozen=True, slots=True)
class TakenBack:
    """The bot has a conversation again."""

    reply: str
    conversation: str
    who: str
    """Who closed it; empty: their time was over."""


@dataclass(frozen=True, slots=True)
class PartSent:
    """The platform took a part."""

    reply: str
    part: int
    platform_id: str
    at: float


@dataclass(frozen=True, slots=True)
class DeliveryEnded:
    """A delivery is over."""

    reply: str
    conversation: str
    answers: tuple[str, ...]
    state: DeliveryState
    reason: str
    attempts: int


Record = Answered | PassedOn | PassedOver | PersonSaid | TakenBack | PartSent | DeliveryEnded


def answered(reply: Reply) -> Answered:
    """Of a reply that a turn ended with."""
    return Answered(reply.id, str(reply.conversation), reply.answers, reply.outcome, reply.sources)


def entry(record: Record) -> bytes:
    """JSON of ENTRY_BYTES at most: what would be longer loses its lists, and the ends of its texts."""
    data = encode(record)
    return data if len(data) <= ENTRY_BYTES else encode(_short(record))


def _short(record: Record) -> Record:
    changes: dict[str, Any] = {}
    for name in (field.name for field in fields(record)):
        value = getattr(record, name)
        if type(value) is str:  # and no member of an enumeration
            changes[name] = value[:_BEGINNING]
        elif isinstance(value, tuple):
            changes[name] = ()
    return replace(record, **changes)
