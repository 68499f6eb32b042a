"""Replies on their way out: due, part n with the platform, sent, expired, failed."""

from __future__ import annotations

from dataclasses import dataclass

from bot.store import keys as names
from bot.store.codec import decode, encode
from bot.store.keys import Keys
from bot.store.redis import Client, Script
from bot.store.schedule import GRACE_MS
from bot.types import Delivery, DeliveryState, Lease, Receipt, Reply


@dataclass(frozen=True, slots=True)
class PartSent:
    """Journal record: the platform took a part."""

    reply: str
    part: int
    platform_id: str
    at: float


@dataclass(frozen=True, slots=True)
class DeliveryEnded:
    """Journal record: a delivery is over."""

    reply: str
    conversation: str
    answers: tuple[str, ...]
    state: DeliveryState
    reason: str
    attempts: int


class RedisOutbox:
    """`bot.ports.Outbox` on Redis."""

    def __init__(self, client: Client) -> None:
        self._head = Script(client, "head")
        self._part_sent = Script(client, "part_sent")
        self._finish = Script(client, "finish")
        self._postpone = Script(client, "postpone")

    async def head(self, lease: Lease) -> Delivery | None:
        """The delivery to go on with."""
        keys = Keys(lease.conversation)
        reply, part, attempts, error, sent = await self._head.fenced(
            [keys.lease(lease.work), keys.outbox, keys.sending, keys.sent], lease.fence
        )
        if reply is None:
            return None
        return Delivery(decode(reply, Reply), int(part), int(attempts), error.decode(), int(sent))

    async def part_sent(self, lease: Lease, delivery: Delivery, receipt: Receipt) -> None:
        """Part `delivery.next_part` is with the platform."""
        keys = Keys(lease.conversation)
        record = PartSent(delivery.reply.id, delivery.next_part, receipt.platform_id, receipt.accepted_at)
        await self._part_sent.fenced(
            [keys.lease(lease.work), keys.sending, keys.journal, keys.sent],
            lease.fence,
            delivery.next_part + 1,
            encode(record),
            names.JOURNAL_LEN,
            names.SENT_S,
        )

    async def finish(self, lease: Lease, delivery: Delivery, state: DeliveryState, reason: str = "") -> None:
        """Off the outbox, into the journal."""
        keys = Keys(lease.conversation)
        reply = delivery.reply
        record = DeliveryEnded(
            reply.id, str(reply.conversation), reply.answers, state, reason, delivery.attempts
        )
        await self._finish.fenced(
            [keys.lease(lease.work), keys.outbox, keys.sending, keys.schedule(lease.work), keys.journal],
            lease.fence,
            str(lease.conversation),
            GRACE_MS,
            reply.id,
            encode(record),
            names.JOURNAL_LEN,
        )

    async def postpone(self, lease: Lease, delivery: Delivery, *, delay: float, error: str) -> None:
        """Count the attempt, try again in `delay` seconds."""
        keys = Keys(lease.conversation)
        await self._postpone.fenced(
            [keys.lease(lease.work), keys.sending, keys.hold(lease.work), keys.schedule(lease.work)],
            lease.fence,
            str(lease.conversation),
            max(1, int(delay * 1000)),
            error,
        )
