"""Replies on their way out: due, part n with the platform, sent, expired, failed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from bot.replies import part_key
from bot.store import bounds
from bot.store.codec import encode
from bot.store.keys import Keys
from bot.store.reading import Sieve
from bot.store.records import DeliveryEnded, PartSent, entry
from bot.store.redis import Client, Script, a_token
from bot.store.schedule import GRACE_MS
from bot.types import Conversation, Delivery, DeliveryState, Lease, Outcome, Outgoing, Receipt, Reply, Work

_MOST_IN_ONE: Final = 100
"""Of the last message that a platform takes all must go along, or wait until the customer writes again."""


class RedisOutbox:
    """`bot.ports.Outbox` on Redis."""

    def __init__(self, client: Client, *, life: float) -> None:
        """`life` is a lease's in seconds."""
        self._life_ms = int(life * 1000)
        self._sieve = Sieve(client)
        self._take = Script(client, "take_reply")
        self._head = Script(client, "head")
        self._begin = Script(client, "begin")
        self._part_sent = Script(client, "part_sent")
        self._finish = Script(client, "finish")
        self._postpone = Script(client, "postpone")

    async def take(self, conversation: Conversation) -> Outgoing | None:
        """The lease on delivering, and what to begin with."""
        keys = Keys(conversation)
        taken = await self._take(
            [
                keys.lease(Work.DELIVER),
                keys.hold(Work.DELIVER),
                keys.schedule(Work.DELIVER),
                keys.fence,
                *_of_a_reply(keys),
            ],
            str(conversation),
            self._life_ms,
            GRACE_MS,
            _MOST_IN_ONE,
            a_token(),
        )
        if taken is None:
            return None
        lease = Lease(conversation, Work.DELIVER, int(taken[0]))
        return Outgoing(lease, await self._read(lease, taken[1]) or await self.head(lease))

    async def head(self, lease: Lease) -> Delivery | None:
        """The delivery to go on with."""
        keys = Keys(lease.conversation)
        while True:
            found = await self._head.fenced(
                [keys.lease(lease.work), *_of_a_reply(keys)], lease.fence, _MOST_IN_ONE
            )
            if not found[0]:
                return None
            if delivery := await self._read(lease, found):
                return delivery

    async def _read(self, lease: Lease, head: Sequence[Any]) -> Delivery | None:
        """None: what can't be read is set aside. What was begun is begun anew: better twice than never."""
        found, part, attempts, error, sent, unanswered = head
        keys = Keys(lease.conversation)
        replies = await self._sieve.sift(lease, keys.outbox, keys.sending, found, Reply)
        if len(replies) < len(found):
            return None
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
        await self._part_sent.fenced(
            [keys.lease(lease.work), keys.sending, keys.journal, keys.sent],
            lease.fence,
            delivery.next_part + 1,
            entry(_record(delivery, receipt)),
            bounds.JOURNAL_LEN,
            bounds.SENT_S,
            part_key(delivery.reply.id, delivery.next_part),
            str(receipt.accepted_at),
        )

    async def finish(
        self,
        lease: Lease,
        delivery: Delivery,
        state: DeliveryState,
        reason: str = "",
        receipt: Receipt | None = None,
    ) -> bool:
        """Off the outbox, into the journal."""
        keys = Keys(lease.conversation)
        reply = delivery.reply
        record = DeliveryEnded(
            reply.id, str(reply.conversation), reply.answers, state, reason, delivery.attempts
        )
        left = await self._finish.fenced(
            [
                keys.lease(lease.work),
                keys.outbox,
                keys.sending,
                keys.schedule(lease.work),
                keys.journal,
                keys.ends,
                keys.sent,
                keys.delivered(reply.id),
            ],
            lease.fence,
            str(lease.conversation),
            GRACE_MS,
            reply.id,
            entry(record),
            bounds.JOURNAL_LEN,
            int(_people_want_to_know(reply, state)),
            bounds.ENDS_KEPT,
            bounds.HISTORY_S,
            entry(_record(delivery, receipt)) if receipt else b"",
            part_key(reply.id, delivery.next_part),
            str(receipt.accepted_at) if receipt else "",
            bounds.SENT_S,
            encode(reply) if _may_come_back(reply, state) else b"",
            bounds.DELIVERED_S,
        )
        return bool(left)

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
    return reply.until is None and (state is not DeliveryState.SENT or not reply.answers)


def _may_come_back(reply: Reply, state: DeliveryState) -> bool:
    """Where a platform takes few, it also tells later what it could not bring (WeCom doc 94670)."""
    return state is DeliveryState.SENT and reply.address.most is not None


def _of_a_reply(keys: Keys) -> list[str]:
    """What a delivery begins with, in the order in which the scripts name it."""
    return [keys.outbox, keys.sending, keys.sent, keys.inbox]


def _record(delivery: Delivery, receipt: Receipt) -> PartSent:
    return PartSent(delivery.reply.id, delivery.next_part, receipt.platform_id, receipt.accepted_at)


def _as_one(replies: Sequence[Reply]) -> Reply:
    """Under the first one's id, to the last one's address. One that promises a person keeps its promise.

    What was to be heard before an answer is left out when that is there; what says the same is said once.
    """
    first, last = replies[0], replies[-1]
    if len(replies) == 1:
        return last
    replies = [reply for reply in replies if reply.until is None] or [last]
    promised = any(reply.outcome is Outcome.HANDED_OFF for reply in replies)
    return replace(
        last,
        id=first.id,
        outcome=Outcome.HANDED_OFF if promised else last.outcome,
        text="\n\n".join(dict.fromkeys(reply.text for reply in replies)),
        answers=tuple(message for reply in replies for message in reply.answers),
        sources=tuple(source for reply in replies for source in reply.sources),
        titles=tuple(dict.fromkeys(title for reply in replies for title in reply.titles)),
        created_at=first.created_at,
        first_part=0,  # parts of one text are none of another's
    )
