"""Parts that a platform took, and the store does not know of yet."""

from __future__ import annotations

from typing import Final

from bot.types import Conversation, Receipt

_MOST: Final = 10_000
"""A few hundred bytes each: what a platform takes in some minutes while no record can be made."""


class TakenParts:
    """Of one process, so that none is sent again for want of a record: a store may refuse one for hours.

    Whoever else comes to send such a part can't know; nor does this process once it was started again.
    """

    def __init__(self) -> None:
        self._receipts: dict[tuple[Conversation, str], Receipt] = {}

    def of(self, conversation: Conversation, key: str) -> Receipt | None:
        """The platform's word that it took the part of this key."""
        return self._receipts.get((conversation, key))

    def note(self, conversation: Conversation, key: str, receipt: Receipt) -> None:
        """It took it just now."""
        while len(self._receipts) >= _MOST:
            del self._receipts[next(iter(self._receipts))]
        self._receipts[conversation, key] = receipt

    def recorded(self, conversation: Conversation, key: str) -> None:
        """The store knows."""
        self._receipts.pop((conversation, key), None)
