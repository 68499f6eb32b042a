"""Render, send part by part, record the receipt. Knows nothing of how an answer came about."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import structlog

from bot import wording
from bot.channel import Channel, HandsOver, Part
from bot.errors import Held, KefuError, LeaseLost, Refused, Unavailable
from bot.ports import Clock, DeadLetters, Outbox
from bot.replies import part_key
from bot.types import (
    Conversation,
    DeadLetter,
    Delivery,
    DeliveryState,
    GiveUp,
    Lease,
    Outcome,
    Outgoing,
    Receipt,
)
from workers import metrics
from workers.keeping import Keeper, moment
from workers.outlets import Outlets
from workers.refusals import Refusals
from workers.retry import after, before, told
from workers.taken_parts import TakenParts

log = structlog.get_logger()

_REPLIES: Final = 3
"""Of one lease, which is not renewed for ever: a slow platform takes seconds for each part."""
_SOON_S: Final = 1.0
_KEPT_FOR: Final = 6
"""Attempts, with the waits of `workers.retry` between them: about a minute."""
_ROOM_S: Final = 20.0
"""Between looks whether the customer wrote again: their next message is answered behind what waits."""


class Deliverer:
    """Does the DELIVER work of a conversation."""

    def __init__(
        self,
        channels: Mapping[str, Channel],
        outlets: Outlets,
        outbox: Outbox,
        letters: DeadLetters,
        keeper: Keeper,
        clock: Clock,
    ) -> None:
        self._channels = channels
        self._outlets = outlets
        self._outbox = outbox
        self._letters = letters
        self._keeper = keeper
        self._clock = clock
        self._refusals = Refusals()
        self._taken = TakenParts()

    async def deliver(self, conversation: Conversation) -> None:
        """Send what waits, in order, if nobody else does. Running twice is harmless."""
        since = moment()
        with structlog.contextvars.bound_contextvars(channel=conversation.channel):
            if out := await self._outbox.take(conversation):
                await self.send(out, since=since)

    async def send(self, out: Outgoing, *, since: float) -> None:
        """Send this and what waits behind it. `since` is the `moment` before its lease was asked for."""
        try:
            async with self._keeper.holding(out.lease, since=since):
                await self._recorded(out)
        except LeaseLost:
            log.warning("delivery_dropped", reason="another worker has the conversation now")

    async def _recorded(self, out: Outgoing) -> None:
        """Again later where the store would not take what became of it. Raises Unavailable, LeaseLost."""
        conversation = out.lease.conversation
        try:
            await self._in_order(out.lease, out.delivery)
            self._refusals.over(conversation)
        except LeaseLost:
            raise
        except Unavailable as error:
            await self._again_later(out.lease, str(error))

    async def _again_later(self, lease: Lease, why: str) -> None:
        seconds = self._refusals.pause(lease.conversation, "delivery_not_recorded", why)
        if delivery := await self._outbox.head(lease):
            await self._outbox.postpone(lease, delivery, delay=seconds, error=why, counts=False)

    async def _in_order(self, lease: Lease, delivery: Delivery | None) -> None:
        for left in reversed(range(_REPLIES)):  # giving the lease back announces what is left
            if delivery is None or not await self._next(lease, delivery) or not left:
                break
            delivery = await self._outbox.head(lease)

    async def _next(self, lease: Lease, delivery: Delivery) -> bool:
        """Deal with the reply at the head of the outbox; True when there is one behind it that may follow."""
        channel = self._channels.get(lease.conversation.channel)
        if channel is None:
            return await self._give_up(lease, delivery, GiveUp("no such channel is configured"))
        if too_late := before(delivery.reply, now=self._clock()):
            return await self._give_up(lease, delivery, too_late)
        return await self._try(lease, delivery, channel)

    async def _try(self, lease: Lease, delivery: Delivery, channel: Channel) -> bool:
        try:
            last, receipt = await self._send(lease, delivery, channel)
        except LeaseLost:
            raise
        except KefuError as error:
            return await self._after(lease, error)
        except Exception as error:  # a bug in a channel must not lose a reply
            log.exception("delivery_crashed", reply=delivery.reply.id)
            return await self._after(lease, error)
        log.debug(  # counted and in the journal; the turn has had its line
            "reply_sent", reply=delivery.reply.id, parts=last.next_part + 1
        )
        return await self._end(lease, last, DeliveryState.SENT, receipt=receipt)

    async def _send(
        self, lease: Lease, delivery: Delivery, channel: Channel
    ) -> tuple[Delivery, Receipt | None]:
        """Hand over the parts, and where they promise one of the platform's people, the conversation.

        The delivery at its last part, with a receipt that is still to be recorded.
        """
        parts = channel.render(delivery.reply)
        sent = await self._send_parts(lease, delivery, channel, parts, first=delivery.next_part)
        if delivery.reply.outcome is Outcome.HANDED_OFF and isinstance(channel, HandsOver):
            await self._record(lease, *sent)
            sent = replace(delivery, next_part=len(parts) - 1), None
            try:
                await channel.hand_over(delivery.reply.address)
            except Refused as error:
                log.warning("not_handed_over", reply=delivery.reply.id, reason=str(error))
                parts = [*parts, Part(wording.NOT_HANDED_OVER)]
                first = max(delivery.next_part, len(parts) - 1)
                sent = await self._send_parts(lease, delivery, channel, parts, first=first)
        return sent

    async def _send_parts(
        self, lease: Lease, delivery: Delivery, channel: Channel, parts: Sequence[Part], *, first: int
    ) -> tuple[Delivery, Receipt | None]:
        """From the first that the platform has not taken yet. A part's key is the same on each try."""
        reply, outlet = delivery.reply, self._outlets[lease.conversation.channel]
        last, receipt = replace(delivery, next_part=len(parts) - 1), None
        for number in range(first, len(parts)):
            key = part_key(reply.id, number)
            if receipt:
                await self._record(lease, replace(delivery, next_part=number - 1), receipt)
            if receipt := self._taken.of(lease.conversation, key):  # only the record of it is missing
                continue
            _check_room(delivery, number - delivery.next_part)
            await outlet.turn(reply.conversation, f"{key}:{delivery.attempts}")
            self._keeper.check(lease)
            if reply.address.most is not None and number == delivery.next_part:
                await self._outbox.begin(lease, delivery)
            receipt = await outlet.send(reply.address, parts[number], key=key)
            self._taken.note(lease.conversation, key, receipt)
        return last, receipt

    async def _record(self, lease: Lease, delivery: Delivery, receipt: Receipt | None) -> None:
        if receipt:
            await self._outbox.part_sent(lease, delivery, receipt)
            self._taken.recorded(lease.conversation, part_key(delivery.reply.id, delivery.next_part))

    async def _after(self, lease: Lease, error: Exception) -> bool:
        delivery = await self._outbox.head(lease)  # parts may have gone out since we looked
        if delivery is None:
            return False
        now, attempts = self._clock(), delivery.attempts
        decision = after(error, delivery.reply, attempts=attempts, now=now, spread=random.random())
        if isinstance(decision, GiveUp):
            return await self._give_up(lease, delivery, decision)
        if isinstance(error, Held):
            metrics.HELD.labels(lease.conversation.channel).inc()
        else:
            metrics.POSTPONED.labels(lease.conversation.channel).inc()
            log.warning(
                "delivery_postponed", reply=delivery.reply.id, reason=told(error), attempts=attempts + 1
            )
        await self._outbox.postpone(
            lease, delivery, delay=decision.at - now, error=told(error), counts=decision.counts
        )
        return False

    async def _give_up(self, lease: Lease, delivery: Delivery, why: GiveUp) -> bool:
        """Onto the list first: who dies in between gives it up again, and it is listed once."""
        if delivery.reply.until is not None:  # it was never promised
            return await self._end(lease, delivery, why.state, why.reason)
        if delivery.replies > 1:
            await self._outbox.begin(lease, delivery)  # they are one letter
        letter = DeadLetter(delivery.reply, why.state.value, why.reason, delivery.next_part)
        await self._letters.bury(lease, letter)
        log.error(
            "reply_not_delivered",
            reply=delivery.reply.id,
            state=why.state.value,
            reason=why.reason,
            mend="mend the reason, then `kefu dead list`",
        )
        return await self._end(lease, delivery, why.state, why.reason)

    async def _end(
        self,
        lease: Lease,
        delivery: Delivery,
        state: DeliveryState,
        reason: str = "",
        receipt: Receipt | None = None,
    ) -> bool:
        left = await self._keeper.last(
            lease, self._outbox.finish(lease, delivery, state, reason, receipt), goes_on=bool
        )
        if receipt:
            self._taken.recorded(lease.conversation, part_key(delivery.reply.id, delivery.next_part))
        metrics.DELIVERIES.labels(lease.conversation.channel, state.value).inc()
        return left


def _check_room(delivery: Delivery, more: int) -> None:
    """Raises Unavailable while a part had better wait, where the platform takes few in a row.

    The last but one waits for the answers that are on their way, to bring them as one. The last is kept for
    a while: for a person, or for what was fetched late; what promises one need not wait. `more` is how many
    parts went out since we looked.
    """
    most = delivery.reply.address.most
    if most is None:
        return
    left = most - delivery.sent_since - more
    if left <= 0:
        raise Unavailable("the platform takes no more until the customer writes", retry_after=_ROOM_S)
    if delivery.reply.outcome is Outcome.HANDED_OFF:
        return
    if left == 1 and (delivery.unanswered or delivery.attempts < _KEPT_FOR):
        raise Unavailable("the last part that the platform takes is kept for a while", retry_after=_SOON_S)
    if left == 2 and delivery.unanswered:
        raise Unavailable("waits for the answers that are on their way", retry_after=_SOON_S)
