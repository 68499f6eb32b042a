"""Deleting customers' pictures and voices, and what the store tells of them, when their days are over."""

from __future__ import annotations

import asyncio
from typing import Final, Protocol

from adapters.media.shelf import Shelf
from bot.waiting import for_ever
from workers import metrics

EVERY_S: Final = 3600.0


async def tidy_for_ever(shelf: Shelf, *, every: float = EVERY_S) -> None:
    """At the start, and then every hour; run it as a task. Every worker may do so at once."""

    async def tidy() -> None:
        metrics.MEDIA_BYTES.set(await asyncio.to_thread(shelf.tidy))

    await for_ever(tidy, every=every, failing="media_not_tidied")


class Journal(Protocol):
    """What the store tells of messages."""

    async def tidy(self) -> None:
        """Let go of what is too old. Raises Unavailable."""
        ...


async def trim_for_ever(journal: Journal, *, every: float = EVERY_S) -> None:
    """The same, for the journal."""
    await for_ever(journal.tidy, every=every, failing="journal_not_trimmed")
