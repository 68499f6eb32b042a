"""Replies on their way out: due, part n with the platform, sent, expired, failed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bot.store import keys as names
from bot.store.keys import Keys
from bot.store.reading import Sieve
from bot.store.records import DeliveryEnded, PartSent, entry
from bot.store.redis import Client, Script
from bot.store.schedule import GRACE_MS
from bot.types import Delivery, DeliveryState, Lease, Outcome, Receipt, Reply

_MOST_IN_ONE: Final = 20


class RedisOutbox:
    """`bot.ports.Outbox` on Redis."""

    def __init__(self, client: Client) -> None:
        self._sieve = Sieve(client)
        self._head = Script(client, "head")
        self._begin = Script(client, "begin")
        self._part_sent = Script(client, "part_sent")
        self._finish = Script(client, "finish")
        self._postpone = Script(client, "postpone")

    async def head(self, lease: Lease) -> Delivery | None:
        """The delivery to go on with."""
        keys = Keys(lease.conversation)
        while True:
            found, part, attempts, error, sent, unanswered = await self._head.fenced(
                [keys.lease(lease.work), keys.outbox, keys.sending, keys.sent, keys.inbox],
                lease.fence,
                _MOST_IN_ONE,
            )
            if not found:
                return None
            replies = await self._sieve.sift(lease, keys.outbox, keys.sending, found, Reply)
            if len(replies) == len(found):  # else what was begun is begun anew: better seen twice than never
                break
        reply = _as_one(replies)
        return Delivery(
            reply,
            int(part) or reply.first_part,
            int(attempts),
            error.decode(),
            int(sent),
            int(unanswered),
            len(replies),
        )

    async def begin(self, lease: Lease, delivery: Delivery) -> None:
        """From now on these replies are one."""
        keys = Keys(lease.conversation)
        await self._begin.fenced([keys.lease(lease.work), keys.sending], lease.fence, delivery.replies)

    async def part_sent(self, lease: Lease, delivery: Delivery, receipt: Receipt) -> None:
        """Part `delivery.next_part` is with the platform."""
        keys = Keys(lease.conversation)
        record = PartSent(delivery.reply.id, delivery.next_part, receipt.platform_id, receipt.accepted_at)
        await self._part_sent.fenced(
            [keys.lease(lease.work), keys.sending, keys.journal, keys.sent],
            lease.fence,
            delivery.next_part + 1,
            entry(record),
            names.JOURNAL_LEN,
            names.SENT_S,
            f"{delivery.reply.id}-{delivery.next_part}",
            str(receipt.accepted_at),
        )

    async def finish(self, lease: Lease, delivery: Delivery, state: DeliveryState, reason: str = "") -> None:
        """Off the outbox, into the journal."""
        keys = Keys(lease.conversation)
        reply = delivery.reply
        record = DeliveryEnded(
            reply.id, str(reply.conversation), reply.answers, state, reason, delivery.attempts
        )
        await self._finish.fenced(
            [
                keys.lease(lease.work),
                keys.outbox,
                keys.sending,
                keys.schedule(lease.work),
                keys.journal,
                keys.ends,
            ],
            lease.fence,
            str(lease.conversation),
            GRACE_MS,
            reply.id,
            entry(record),
            names.JOURNAL_LEN,
            int(_people_want_to_know(reply, state)),
            names.ENDS_KEPT,
            names.HISTORY_S,
        )

    async def postpone(
        self, lease: Lease, delivery: Delivery, *, delay: float, error: str, counts: bool = True
    ) -> None:
        """Try again in `delay` seconds; count the attempt, if it was one."""
        keys = Keys(lease.conversation)
        await self._postpone.fenced(
            [keys.lease(lease.work), keys.sending, keys.hold(lease.work), keys.schedule(lease.work)],
            lease.fence,
            str(lease.conversation),
            max(1, int(delay * 1000)),
            error,
            delivery.attempts + int(counts),
        )


def _people_want_to_know(reply: Reply, state: DeliveryState) -> bool:
    """Whether their own words arrived (nothing was asked for those), and what of the bot's did not."""
    return state is not DeliveryState.SENT or not reply.answers


def _as_one(replies: Sequence[Reply]) -> Reply:
    """Under the first one's id, to the last one's address. One that promises a person keeps its promise."""
    last = replies[-1]
    if len(replies) == 1:
        return last
    promised = any(reply.outcome is Outcome.HANDED_OFF for reply in replies)
    return replace(
        last,
        id=replies[0].id,
        outcome=Outcome.HANDED_OFF if promised else last.outcome,
        text="\n\n".join(reply.text for reply in replies),
        answers=tuple(message for reply in replies for message in reply.answers),
        sources=tuple(source for reply in replies for source in reply.sources),
        created_at=replies[0].created_at,
        first_part=0,  # parts of one text are none of another's
    )
