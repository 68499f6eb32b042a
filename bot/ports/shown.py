"""Where answers are shown or fetched rather than sent."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol

from bot.types import (
    Conversation,
)


@dataclass(frozen=True, slots=True)
class FeedEvent:
    """One thing that a browser should see."""

    id: str
    """Orders them, and is what `Last-Event-ID` names; empty: it is not kept, and not to be resumed from."""
    kind: str
    data: str
    """JSON."""


class Feed(Protocol):
    """What a web chat visitor gets to see: kept for a while, so that a cut connection can resume."""

    async def publish(self, conversation: Conversation, kind: str, data: str, *, key: str) -> str:
        """Append an event once per `key`, and wake whoever follows. Returns its id."""
        ...

    async def show(self, conversation: Conversation, kind: str, data: str, *, key: str) -> None:
        """Let followers see how far something got, until it is published under `key`; never later.

        Only the newest is kept, for a short while; what is shorter than the last is passed over.
        """
        ...

    def follow(self, conversation: Conversation, after: str) -> AsyncIterator[FeedEvent | None]:
        """Events later than `after` (empty: all kept), then new ones, and what is shown, as they come.

        Yields None every few seconds while nothing comes, so that the caller can tell a dead connection.
        """
        ...


@dataclass(frozen=True, slots=True)
class Streamed:
    """What a poll is told."""

    text: str
    """The whole answer, or how far it got; empty while there is nothing, and when it comes another way."""
    over: bool
    """True when polling can end."""


class Streams(Protocol):
    """Replies that a platform fetches, poll by poll, for a limited time. Kept for an hour.

    Each is either taken or closed, and never both: whoever comes second finds what the first one did.
    """

    async def open(self, id_: str, *, seconds: float) -> None:
        """Polls are told to wait for so long from now. A stream that is open already stays as it is."""
        ...

    async def poll(self, id_: str) -> Streamed:
        """Take the answer if it is there. A stream past its time, or unknown, is closed."""
        ...

    async def show(self, id_: str, text: str) -> None:
        """What polls are told until the answer is laid out; what is shorter than the last is passed over."""
        ...

    async def offer(self, id_: str, text: str, *, patience: float) -> bool:
        """Lay the answer out, and wait up to `patience` s until a poll took it.

        False: none did, and none will, as the stream is closed now; the answer must go another way.
        """
        ...
