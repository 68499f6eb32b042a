"""One attempt at what waits in the spool; and when it is given up for one that fails each time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from adapters.spool.file import Record
from adapters.spool.spool import Spooled
from bot.channel import Greet, Kept, Wake
from bot.errors import Rejected, Unavailable
from bot.types import Conversation

Result = bool | BaseException
"""True: the store took it. False: it was not asked. Else why it did not take it."""

_TRIES: Final = 10
"""Of what the store does not take while it takes others."""
_ALONE_S: Final = 1.0
"""A store that is well has answered fifty by then."""


class Suspect:
    """What stands first and was not taken: the store is away, or has something against just this."""

    def __init__(self) -> None:
        self._who: tuple[str, int] | None = None
        self._tries = 0

    def is_(self, record: Record) -> bool:
        """True when it stood first before, and failed."""
        return self._who == (record.file, record.id)

    def failed(self, record: Record, *, took_others: bool) -> bool:
        """True when waiting for it is over."""
        if not self.is_(record):
            self._who, self._tries = (record.file, record.id), 0
        self._tries += took_others
        return self._tries >= _TRIES


class Attempt:
    """Stores what it can; of a conversation nothing behind what failed."""

    def __init__(self, keep: Callable[[Spooled], Awaitable[bool]]) -> None:
        """`keep`: False when it did not ask the store."""
        self._keep = keep
        self._missed: set[Conversation] = set()

    async def at(self, waiting: Sequence[Spooled], suspect: Suspect) -> list[Result]:
        """How it went with each; with fewer, where the store is away.

        Whoever is suspected goes alone, as do those behind until one is taken: what one script does for many
        fails for all of them. A store that takes its time over it is away for all, and the rest is not tried.
        """
        results: list[Result] = []
        if waiting and suspect.is_(waiting[0].record):
            loop = asyncio.get_running_loop()
            until = loop.time() + _ALONE_S
            while len(results) < len(waiting) and True not in results:
                results += await self._together([waiting[len(results)]])
                if results[-1] is not True and loop.time() > until:
                    return results
        return [*results, *await self._together(waiting[len(results) :])]

    async def _together(self, waiting: Sequence[Spooled]) -> list[Result]:
        return await asyncio.gather(*map(self._one, waiting), return_exceptions=True)

    async def _one(self, spooled: Spooled) -> bool:
        conversation = conversation_of(spooled.item) if spooled.item else None
        if conversation in self._missed:
            raise Unavailable("what came before it is not stored")
        try:
            return await self._keep(spooled)
        except Rejected:
            raise
        except BaseException:  # noted, and passed on
            if conversation:
                self._missed.add(conversation)
            raise


def conversation_of(item: Kept) -> Conversation:
    """Whose it is; a word that there is something to fetch is an account's."""
    if isinstance(item, Greet):
        return item.welcome.conversation
    return item.account if isinstance(item, Wake) else item.conversation
