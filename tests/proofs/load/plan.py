"""What a load generator is told, and what it tells."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Plan:
    """So many messages, each of a customer of its own, spread evenly over the channels."""

    host: str
    port: int
    channels: tuple[str, ...]
    customers: str
    """What their names begin with."""
    messages: int
    seed: int
    rate: float = 0.0
    """Messages a second, whatever comes back; 0: the next one when one is acknowledged."""
    in_hand: int = 64
    """At a time, without a rate."""


@dataclass(frozen=True, slots=True)
class Sent:
    """One callback; times in seconds since the start."""

    channel: str
    due: float
    """When it should have left. Time counts from here, also while we were late: a customer writes when they
    write, and a generator that waits for a slow answer would hide what those behind it wait (coordinated
    omission)."""
    left: float
    done: float
    status: int
    """0: no answer in time, or no connection."""

    @property
    def seconds(self) -> float:
        """That the customer's platform waited."""
        return self.done - self.due

    @property
    def late(self) -> float:
        """The generator's own part of it."""
        return self.left - self.due


@dataclass(frozen=True, slots=True)
class Outcome:
    """Of a run."""

    started_at: float
    """Unix seconds."""
    text_bytes: float
    """Of a message's words, on average."""
    processor: float
    """Seconds that sending took the generator."""
    sent: tuple[Sent, ...]
