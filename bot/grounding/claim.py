"""Something in a text that can be checked by its form."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """What is claimed: a label in the metrics, too."""

    AMOUNT = "amount"
    """A number, with its unit where it has one."""
    MOMENT = "moment"
    """A date, a time of day, a day of the week."""
    REFERENCE = "reference"
    """An address, a phone, the number of an order or a parcel."""
    NAME = "name"
    """Of a carrier, a way to pay, a marketplace."""
    PROMISE = "promise"
    """Of what a shop gives, or does not give."""


_SPANS: Final = frozenset({"months", "seconds", "working days"})


@dataclass(frozen=True, slots=True)
class Claim:
    """One, and what would bear it out."""

    kind: Kind
    words: str
    """As it was said, nearly."""
    facts: frozenset[str]
    """What is known where it stands in what was given."""
    needs: frozenset[str]
    """Any one of these bears it out where it stands in an answer."""
    own: bool = False
    """A customer may say it of themselves: their height, their order's number."""
    against: frozenset[str] = frozenset()
    """Any one of these, given without any of the needs, tells the opposite."""

    @property
    def mentions(self) -> frozenset[str]:
        """One of these stands in what a customer said who spoke of it, be it to ask for it or against it."""
        return self.needs | self.against

    @property
    def family(self) -> str:
        """What is told beside its like is weighed against it: 您的100元满了99元."""
        if self.kind is not Kind.AMOUNT:
            return self.kind
        unit = min(need.rsplit(" ", 1)[0] for need in self.needs if not need.startswith("bare "))
        return "span" if unit in _SPANS else unit
