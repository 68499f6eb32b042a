"""What was given up, until somebody mends it or its time is over."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from bot.types import Conversation, DeadLetter, Lease


class DeadLetters(Protocol):
    """Replies that were not delivered, and messages that were only apologised to. Bounded for each tenant."""

    async def bury(self, lease: Lease, letter: DeadLetter) -> None:
        """Onto the list; once, however often. Raises LeaseLost."""
        ...

    async def undelivered(self, conversation: Conversation, reply: str, *, part: int, reason: str) -> bool:
        """What a platform took, and says now that it could not bring; once, however often it says so.

        Under another id, as a reply of its own. False: nobody knows what it was, or it is on the list.
        """
        ...

    async def all(self) -> list[DeadLetter]:
        """The oldest first."""
        ...

    async def counts(self) -> dict[str, int]:
        """How many each tenant has."""
        ...

    async def revive(self, letter: DeadLetter, *, now: float) -> bool:
        """Off the list; its reply to the end of its conversation's outbox, or its messages of the inbox.

        One atomic act, and the same when done twice. False: it is not on the list.
        """
        ...

    async def drop(self, letter: DeadLetter) -> bool:
        """Off the list for good. False: it was not on it."""
        ...

    async def to_tell(self, *, every: float) -> Sequence[DeadLetter]:
        """Those that nobody was told of; to one caller alone, and once in `every` seconds."""
        ...

    async def told(self, letters: Sequence[DeadLetter]) -> None:
        """Somebody was told of these."""
        ...
