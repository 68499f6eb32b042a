"""What a customer is up to."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Intent(StrEnum):
    """Those that every shop's customers have; a tenant may name more (`[[tenants.intents]]`)."""

    GREETING = "greeting"
    THANKS = "thanks"
    GOODBYE = "goodbye"
    IDENTITY = "identity"
    """Who are you, what can you do?"""
    ROBOT = "robot"
    """Are you one?"""
    ACKNOWLEDGEMENT = "acknowledgement"
    QUESTION = "question"
    ORDER = "order"
    """About an order of the customer's own."""
    COMPLAINT = "complaint"
    PERSON = "person"
    ABUSE = "abuse"
    OUT_OF_SCOPE = "out_of_scope"
    """Another world's. Noted only: what the knowledge holds decides what is answered."""


SMALL_TALK = frozenset(
    (
        Intent.GREETING,
        Intent.THANKS,
        Intent.GOODBYE,
        Intent.IDENTITY,
        Intent.ROBOT,
        Intent.ACKNOWLEDGEMENT,
    )
)


@dataclass(frozen=True, slots=True)
class Guess:
    """What a text probably is."""

    intent: str
    """An `Intent`, or the name of one of the tenant's own."""
    probability: float
