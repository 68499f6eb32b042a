"""What a conversation keeps in mind from turn to turn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Slots:
    """What later messages may mean without naming it again. Empty: not spoken of."""

    order: str = ""
    """The number of the order that was named last, as the customer wrote it."""
    item: str = ""
    """The title of the knowledge's entry or product that was spoken of last (`Passage.title`)."""

    def __bool__(self) -> bool:
        """False when nothing is kept in mind."""
        return bool(self.order or self.item)


NO_SLOTS: Final = Slots()
"""Of a conversation that just begins."""
