"""How those stand who wait for their turn."""

from __future__ import annotations

from dataclasses import dataclass

from bot.types.message import Address, Conversation


@dataclass(frozen=True, slots=True)
class Row:
    """A tenant's conversations in one line."""

    ready: int
    since: float | None
    """When the first of them got ready, unix seconds by the store's clock; None: nobody is."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A tenant's in all lines."""

    at: float
    """Unix seconds, by the store's clock."""
    had: int
    """Turns it was given so far."""
    rows: tuple[Row, ...]

    @property
    def ready(self) -> int:
        """How many."""
        return sum(row.ready for row in self.rows)

    @property
    def since(self) -> float | None:
        """When the one got ready that waits longest."""
        return min((row.since for row in self.rows if row.since is not None), default=None)


@dataclass(frozen=True, slots=True)
class CalledBack:
    """Some who waited for what was away, and are ready again."""

    count: int
    one: Conversation
    """Of them, for a nudge."""


@dataclass(frozen=True, slots=True)
class LongWait:
    """Somebody who will wait for long."""

    conversation: Conversation
    address: Address
    """That of their newest message."""
    since: str
    """The id of their first message that waits: what one wait is known by."""
    place: int
    """In their row, from 0."""
