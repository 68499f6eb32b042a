"""What a ticket is good for: the turn of whoever is next, and on from there while others are ready.

A nudge names a conversation, but only to say in which line somebody is ready: whoever redeems it takes the
fairest. A worker that is busy goes from line to line, so that each gets its share of few workers too; and as
it looks for itself, a backlog needs no nudges.
"""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import Protocol

from bot.ports import Line, Nudges
from bot.types import Conversation, Taken, Work
from workers.keeping import moment
from workers.one_turn import MESSAGES_A_TURN


class Answers(Protocol):
    """Does the turn of one conversation (`workers.answer`)."""

    async def answer(self, taken: Taken, *, since: float) -> bool:
        """True when the customer said more meanwhile. `since`: the `moment` before it was asked for."""
        ...


class Rounds:
    """Does the ANSWER work of lines."""

    def __init__(
        self,
        line: Line,
        answerer: Answers,
        nudges: Nudges,
        gate: AbstractAsyncContextManager[None],
        *,
        lines: int,
    ) -> None:
        """`gate`: around each turn, so that none is taken before there is room for it.

        `lines`: of history that any tenant wants.
        """
        self._line = line
        self._answerer = answerer
        self._nudges = nudges
        self._gate = gate
        self._lines = lines
        self._closing = False

    def close(self) -> None:
        """Begin no more turns; what is ready is left to other workers."""
        self._closing = True

    async def answer(self, ticket: Conversation) -> None:
        """Go on until the ticket's own line has nobody ready. A ticket that comes twice does no harm."""
        further, ahead, redeem = 0, 0, True
        while True:
            async with self._gate:
                if self._closing:
                    break
                taken = await self._turn(ticket, further, redeem=redeem)
            if further == 0 and not (taken and taken.more):
                return
            redeem = False
            ahead = ahead % (self._line.lines - 1) + 1
            further = ahead if taken else 0  # nobody is ready there: back to our own
        self._nudges.nudge(Work.ANSWER, ticket)

    async def _turn(self, ticket: Conversation, further: int, *, redeem: bool) -> Taken | None:
        since = moment()
        taken = await self._line.take(
            ticket, limit=MESSAGES_A_TURN, lines=self._lines, further=further, redeem=redeem
        )
        if taken is None:
            return None
        if redeem and taken.more:
            self._call(taken)
        if await self._answerer.answer(taken, since=since):
            self._call(taken)  # at once, or when they have said all they want to say
        return taken

    def _call(self, taken: Taken) -> None:
        """Somebody else is ready there: let one more worker come."""
        self._nudges.nudge(Work.ANSWER, taken.lease.conversation)
