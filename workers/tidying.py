"""Deleting customers' pictures and voices, and what the store tells of them, when their days are over."""

from __future__ import annotations

import asyncio
from typing import Final, Protocol

import structlog

from adapters.media.shelf import Shelf
from bot.waiting import for_ever
from workers import metrics

log = structlog.get_logger()

EVERY_S: Final = 3600.0


async def tidy_for_ever(shelf: Shelf, *, every: float = EVERY_S) -> None:
    """At the start, and then every hour; run it as a task. Every worker may do so at once."""
    while True:
        try:
            metrics.MEDIA_BYTES.set(await asyncio.to_thread(shelf.tidy))
        except Exception:  # whatever the disk says: what customers were promised must be tried again
            log.exception("media_not_tidied")
        await asyncio.sleep(every)


class Journal(Protocol):
    """What the store tells of messages."""

    async def tidy(self) -> None:
        """Let go of what is too old. Raises Unavailable."""
        ...


async def trim_for_ever(journal: Journal, *, every: float = EVERY_S) -> None:
    """The same, for the journal."""
    await for_ever(journal.tidy, every=every, failing="journal_not_trimmed")
