"""What a customer adds while their answer is being made: the answer is begun anew with it.

The doors know nothing of it. A worker looks a few times a second at the inboxes whose turns may still grow,
at all of them in one round trip, and once more when an answer is ready.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

import structlog

from bot.errors import Unavailable
from bot.ports import Inbox
from bot.types import Answer, Conversation, Message, Newer, Outcome, Turn, changed
from workers.one_turn import MESSAGES_A_TURN, of_one_turn

log = structlog.get_logger()

_EVERY_S: Final = 0.2
"""What the model does in that time is done in vain; nobody sees how late we look."""


class Added(Exception):
    """The customer added something before they saw anything of the answer."""


class Joining:
    """For the turns of one process."""

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox
        self._open: set[_Open] = set()
        self._looking: asyncio.Task[None] | None = None

    async def unless_added(
        self, turn: Turn, make: Callable[[Turn], Awaitable[tuple[Turn, Answer]]], *, chars: int
    ) -> tuple[Turn, Answer]:
        """What `make` makes of the turn. Raises Added in its place, and cancels it; never once it was shown.

        `chars`: that the messages of one turn may have. Who is asked for patience hears it at once: what
        they add is another turn's.
        """
        mine = _Open(self._inbox, turn, chars)
        try:
            async with asyncio.timeout(None) as mine.limit:
                self._watch(mine)
                made = await make(changed(turn, show=mine.show if turn.show else None))
        except TimeoutError:
            if mine.added:
                raise Added from None
            raise
        finally:
            self._open.discard(mine)
            mine.limit = None
        if made[1].outcome is not Outcome.LIMITED:
            await mine.look()
        if mine.added:
            raise Added
        return made

    async def quiet(self, conversation: Conversation, known: int, *, most_s: float) -> None:
        """Return when they have said all they want to say, as before any turn. Raises Unavailable."""
        newer = await self._newer(conversation, known)
        while newer and newer.quiet_s > 0 and most_s > 0:
            pause = min(newer.quiet_s, most_s)
            most_s -= pause
            await asyncio.sleep(pause)
            newer = await self._newer(conversation, known)

    async def _newer(self, conversation: Conversation, known: int) -> Newer | None:
        return await self._inbox.newer(conversation, known=known, limit=MESSAGES_A_TURN)

    def _watch(self, turn: _Open) -> None:
        self._open.add(turn)
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look(), name="joining")

    async def _look(self) -> None:
        """For as long as a turn is open."""
        while self._open:
            await asyncio.sleep(_EVERY_S)
            await asyncio.gather(*(turn.look() for turn in list(self._open)))


class _Open:
    """A turn that may still grow."""

    def __init__(self, inbox: Inbox, turn: Turn, chars: int) -> None:
        self._inbox = inbox
        self._turn = turn
        self._chars = chars
        self._closed = False
        self.added = False
        self.limit: asyncio.Timeout | None = None
        """Of what is under way."""

    def show(self, text: str) -> None:
        """It is seen: what comes now is another turn's."""
        if self._turn.show and not self.added:
            self._closed = True
            self._turn.show(text)

    async def look(self) -> None:
        """Did the customer add something that belongs to it?"""
        if self._closed or self.added:
            return
        try:
            newer = await self._inbox.newer(
                self._turn.conversation, known=len(self._turn.messages), limit=MESSAGES_A_TURN
            )
        except Unavailable as error:  # the commit has its own word on that
            log.warning("not_looked_for_more", reason=str(error))
            return
        if newer and not self._closed:
            self._closed = (
                True  # the next in line decides: who comes behind one that stays out stays out, too
            )
            self.added = self._grows(newer.messages)
            if self.added and self.limit:
                self.limit.reschedule(asyncio.get_running_loop().time())

    def _grows(self, newer: tuple[Message, ...]) -> bool:
        messages = self._turn.messages
        return len(of_one_turn((*messages, *newer), self._chars)) > len(messages)
