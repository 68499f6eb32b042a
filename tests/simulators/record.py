"""What a simulator saw and did, with times, for a test to ask about."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Call:
    """A request that Kefu made."""

    at: float
    path: str
    body: Any
    status: int


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try of a callback. `status` 0: no answer in time, or no connection."""

    at: float
    seconds: float
    status: int
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Posting:
    """A callback with all its tries."""

    id: str
    attempts: tuple[Attempt, ...]

    @property
    def accepted(self) -> bool:
        """True when Kefu took it."""
        return self.attempts[-1].status == 200

    @property
    def answer(self) -> bytes:
        """The body of the last answer."""
        return self.attempts[-1].body


@dataclass(frozen=True, slots=True)
class Seen:
    """A message on the customer's screen."""

    at: float
    to: str
    text: str
    kind: str
    via: str
    """The path by which it came."""
    body: dict[str, Any] = field(default_factory=dict)


class Record:
    """All of it, oldest first."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.postings: list[Posting] = []
        self.seen: list[Seen] = []
        self._by_receiver: dict[str, list[Seen]] = defaultdict(list)
        self._news: dict[str, asyncio.Event] = defaultdict(asyncio.Event)

    def show(self, message: Seen) -> None:
        """A message has reached its receiver."""
        self.seen.append(message)
        self._by_receiver[message.to].append(message)
        self._news[message.to].set()

    def seen_by(self, receiver: str) -> list[Seen]:
        """What one receiver saw."""
        return list(self._by_receiver.get(receiver, ()))

    def calls_to(self, path: str) -> list[Call]:
        """What Kefu asked of one path."""
        return [call for call in self.calls if call.path == path]

    async def wait(self, receiver: str, count: int, timeout: float) -> list[Seen]:
        """What a receiver saw, once it is `count` messages. Raises TimeoutError."""
        async with asyncio.timeout(timeout):
            while len(self._by_receiver[receiver]) < count:
                self._news[receiver].clear()
                await self._news[receiver].wait()
        return self.seen_by(receiver)
