"""The queue and its promises: what waits, what goes out, and who may work on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from bot.types import (
    Acceptance,
    Claim,
    Committed,
    Conversation,
    DeadLetter,
    Delivery,
    DeliveryState,
    HandOver,
    Lease,
    Message,
    Newer,
    Outgoing,
    Pull,
    Receipt,
    Reply,
    Said,
    Taken,
    Work,
)


class Inbox(Protocol):
    """What customers said and we have not answered yet."""

    async def accept(
        self, message: Message, *, promised: bool = False, within: float | None = None
    ) -> Acceptance:
        """Store a message once, and note that its conversation waits: one atomic act.

        `promised`: the platform heard already that we have it, so it is stored however many wait. Raises
        Unavailable, `within` so many seconds, and NoRoom when the store has to be emptied first.
        """
        ...

    async def claim(self, lease: Lease, *, limit: int, lines: int) -> Claim:
        """The `limit` oldest messages, left where they are until `commit`, and the newest `lines` of history.

        The turn begins anew with that. Raises LeaseLost.
        """
        ...

    async def newer(self, conversation: Conversation, *, known: int, limit: int) -> Newer | None:
        """What stands behind the `known` messages of a turn, up to `limit` with those; None: nothing does."""
        ...

    async def put_back(self, lease: Lease, claim: Claim, *, delay: float, counts: bool = True) -> None:
        """It did not work: again in `delay` s, one attempt more than `claim` knew of. It ends the lease.

        `counts`: False where it was no attempt. Raises LeaseLost.
        """
        ...

    async def commit(
        self,
        lease: Lease,
        claim: Claim,
        reply: Reply,
        said: Sequence[Said],
        hand_over: HandOver | None = None,
        *,
        deliver: bool = False,
        letter: DeadLetter | None = None,
    ) -> Committed:
        """Reply out, history on, journal on, inbox off, a person on: one atomic act. It ends the lease.

        So is a `letter` listed whose reply is an apology (`bot.ports.DeadLetters`).

        With `deliver` the lease becomes the one on delivering the reply, if no other waits and nobody has
        that one. Raises LeaseLost.
        """
        ...

    async def pass_on(
        self, lease: Lease, claim: Claim, said: Sequence[Said], replies: Sequence[Reply], *, tell: bool
    ) -> bool:
        """For the person who has the conversation: inbox off, history on, journal on: one atomic act.

        `replies` go out; with `tell`, people are to be told. False: nobody has it any more, and nothing
        was moved. Raises LeaseLost.
        """
        ...

    async def pass_over(self, lease: Lease, claim: Claim, said: Said) -> None:
        """Without a reply: inbox off, history on, journal on: one atomic act. Raises LeaseLost."""
        ...


class Line(Protocol):
    """Those who wait for an answer: tenants get turns by their weights, their customers in their order."""

    @property
    def lines(self) -> int:
        """How many there are."""
        ...

    async def take(
        self, ticket: Conversation, *, limit: int, lines: int, further: int = 0, redeem: bool = False
    ) -> Taken | None:
        """The lease on whoever is next, with the `limit` oldest messages and the newest `lines` of history.

        `ticket` names one of the lines, by anybody who stands in it; `further` is how many to go on from
        there. `redeem`: the ticket is used up now. None: nobody is ready.
        """
        ...


class Outbox(Protocol):
    """Replies on their way to a platform, in order per conversation."""

    async def take(self, conversation: Conversation) -> Outgoing | None:
        """The lease on delivering, and what to begin with; None while another has it, or nothing is due."""
        ...

    async def head(self, lease: Lease) -> Delivery | None:
        """The delivery to go on with, or None when nothing is left. Raises LeaseLost."""
        ...

    async def begin(self, lease: Lease, delivery: Delivery) -> None:
        """Its replies will be sent as one, whatever comes behind them meanwhile. Raises LeaseLost."""
        ...

    async def part_sent(self, lease: Lease, delivery: Delivery, receipt: Receipt) -> None:
        """One more part is with the platform. Raises LeaseLost."""
        ...

    async def finish(
        self,
        lease: Lease,
        delivery: Delivery,
        state: DeliveryState,
        reason: str = "",
        receipt: Receipt | None = None,
    ) -> bool:
        """SENT, EXPIRED or FAILED: off the outbox, into the journal.

        True when replies are left; else it ends the lease. `receipt`: of part `delivery.next_part`, the
        last. Raises LeaseLost.
        """
        ...

    async def postpone(
        self, lease: Lease, delivery: Delivery, *, delay: float, error: str, counts: bool = True
    ) -> None:
        """Again in `delay` s; one attempt more than `delivery` knew of, if it was one. Raises LeaseLost."""
        ...


class Leases(Protocol):
    """One worker at a time for one kind of work on one conversation."""

    async def take(self, conversation: Conversation, work: Work) -> Lease | None:
        """The lease, or None while another worker has it. For ANSWER it is `Line` that gives them."""
        ...

    async def renew(self, lease: Lease) -> None:
        """Keep it for another term. Raises LeaseLost."""
        ...

    async def release(self, lease: Lease) -> bool:
        """Give it back; True when more work came in meanwhile. A lease already lost is no error."""
        ...


class Pulls(Protocol):
    """Accounts whose messages we fetch: which have something, and how far we got."""

    async def wake(self, account: Conversation, token: str) -> None:
        """Note that there is something to fetch; words that follow one another are one."""
        ...

    async def claim(self, lease: Lease) -> Pull:
        """What to fetch, left where it is until `done`. Raises LeaseLost."""
        ...

    async def advance(self, lease: Lease, cursor: str) -> None:
        """The page before `cursor` is in the inboxes. Raises LeaseLost."""
        ...

    async def done(self, lease: Lease, pull: Pull) -> None:
        """Nothing was left to fetch; a word that came since the claim stays. Raises LeaseLost."""
        ...

    async def put_back(self, lease: Lease, pull: Pull, *, delay: float) -> None:
        """It did not work: one attempt more than `pull` knew of, again in `delay` s. Raises LeaseLost."""
        ...


class Schedule(Protocol):
    """Which conversations are due for work that nobody holds: lost nudges, dead leases, due retries."""

    async def overdue(self, work: Work, *, limit: int) -> list[Conversation]:
        """Up to `limit` of them, each given to one caller only for the next few seconds.

        For ANSWER: one of each line to which nobody comes.
        """
        ...

    async def waiting(self) -> dict[Work, int]:
        """How many conversations need each kind of work."""
        ...

    async def ping(self) -> None:
        """Raises Unavailable when the store can't be written."""
        ...


class Nudges(Protocol):
    """Tells a worker that a conversation has work. A hint: may be lost or doubled without harm."""

    def nudge(self, work: Work, conversation: Conversation) -> None:
        """Never blocks and never raises: what it can't pass on, the sweeper will find."""
        ...
