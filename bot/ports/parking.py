"""Questions that wait for what is away."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from bot.types import CalledBack, Claim, DeadLetter, Lease, Reply, Said


class Parking(Protocol):
    """Their messages stay in the inbox: whatever happens, they are answered, and once."""

    @property
    def lines(self) -> int:
        """How many there are: `bot.ports.Line`'s."""
        ...

    async def park(
        self, lease: Lease, claim: Claim, notice: Reply, *, attempts: int, again: float, over: float
    ) -> bool:
        """Put `notice` in the outbox, once, and let the turn wait. It ends the lease.

        It may be called back in `again` s, and comes back by itself in `over` s, or when the customer writes.
        True: they did meanwhile. Raises LeaseLost.
        """
        ...

    async def answer_beside(
        self,
        lease: Lease,
        claim: Claim,
        reply: Reply | None,
        said: Sequence[Said],
        *,
        again: float,
        over: float,
        letter: DeadLetter | None = None,
    ) -> bool:
        """End a turn of what came behind the messages that wait (`claim.parked`), which go on waiting.

        Reply out, history on, journal on, and those behind off the inbox: one atomic act. It ends the lease.
        `reply`: None where they get none. `again` and `over` are as `park` has them, `letter` as
        `bot.ports.Inbox.commit` has it. True: more came in meanwhile. Raises LeaseLost.
        """
        ...

    async def call_back(self, line: int, *, upto: int, least: int) -> CalledBack | None:
        """Those of a line who waited longest are ready again: so many that it has `upto`, or `least`."""
        ...

    async def count(self) -> int:
        """How many conversations wait so."""
        ...
