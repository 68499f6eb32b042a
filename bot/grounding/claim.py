"""Something in a text that can be checked by its form."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


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
