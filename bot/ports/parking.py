"""Questions that wait for what is away."""

from __future__ import annotations

from typing import Protocol

from bot.types import CalledBack, Claim, Lease, Reply


class Parking(Protocol):
    """Their messages stay in the inbox: whatever happens, they are answered, once and in order."""

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

    async def call_back(self, line: int, *, upto: int, least: int) -> CalledBack | None:
        """Those of a line who waited longest are ready again: so many that it has `upto`, or `least`."""
        ...

    async def count(self) -> int:
        """How many conversations wait so."""
        ...
