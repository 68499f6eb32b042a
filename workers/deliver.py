"""Render, send part by part, record the receipt. Knows nothing of how an answer came about."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Final

import structlog

from bot import wording
from bot.channel import Channel, HandsOver, Part
from bot.errors import Held, KefuError, LeaseLost, Refused, Unavailable
from bot.ports import Clock, DeadLetters, Outbox
from bot.replies import part_key
from bot.types import Conversation, DeadLetter, Delivery, DeliveryState, GiveUp, Lease, Outcome, Work
from workers import metrics
from workers.keeping import Keeper
from workers.outlets import Outlets
from workers.retry import after, before, told

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

    async def deliver(self, conversation: Conversation) -> None:
        """Send what waits, in order, if nobody else does. Running twice is harmless."""
        with structlog.contextvars.bound_contextvars(channel=conversation.channel):
            try:
                async with self._keeper.kept(conversation, Work.DELIVER) as lease:
                    for _ in range(_REPLIES):  # giving the lease back announces what is left
                        if lease is None or not await self._next(lease):
                            break
            except LeaseLost:
                log.warning("delivery_dropped", reason="another worker has the conversation now")

    async def _next(self, lease: Lease) -> bool:
        """Deal with the reply at the head of the outbox; True when the one behind it may follow."""
        delivery = await self._outbox.head(lease)
        if delivery is None:
            return False
        channel = self._channels.get(lease.conversation.channel)
        if channel is None:
            return await self._give_up(lease, delivery, GiveUp("no such channel is configured"))
        if too_late := before(delivery.reply, now=self._clock()):
            return await self._give_up(lease, delivery, too_late)
        return await self._try(lease, delivery, channel)

    async def _try(self, lease: Lease, delivery: Delivery, channel: Channel) -> bool:
        try:
            parts = await self._send(lease, delivery, channel)
        except LeaseLost:
            raise
        except KefuError as error:
            return await self._after(lease, error)
        except Exception as error:  # a bug in a channel must not lose a reply
            log.exception("delivery_crashed", reply=delivery.reply.id)
            return await self._after(lease, error)
        log.info("reply_sent", reply=delivery.reply.id, parts=parts)
        return await self._end(lease, delivery, DeliveryState.SENT)

    async def _send(self, lease: Lease, delivery: Delivery, channel: Channel) -> int:
        """Hand over the parts, and where they promise one of the platform's people, the conversation."""
        parts = channel.render(delivery.reply)
        await self._send_parts(lease, delivery, channel, parts, first=delivery.next_part)
        if delivery.reply.outcome is Outcome.HANDED_OFF and isinstance(channel, HandsOver):
            try:
                await channel.hand_over(delivery.reply.address)
            except Refused as error:
                log.warning("not_handed_over", reply=delivery.reply.id, reason=str(error))
                parts = [*parts, Part(wording.NOT_HANDED_OVER)]
                first = max(delivery.next_part, len(parts) - 1)
                await self._send_parts(lease, delivery, channel, parts, first=first)
        return len(parts)

    async def _send_parts(
        self, lease: Lease, delivery: Delivery, channel: Channel, parts: Sequence[Part], *, first: int
    ) -> None:
        """From the first that the platform has not taken yet. A part's key is the same on each try."""
        reply, outlet = delivery.reply, self._outlets[lease.conversation.channel]
        for number in range(first, len(parts)):
            key = part_key(reply.id, number)
            _check_room(delivery, number - delivery.next_part)
            await outlet.turn(reply.conversation, f"{key}:{delivery.attempts}")
            self._keeper.check(lease)
            if reply.address.most is not None and number == delivery.next_part:
                await self._outbox.begin(lease, delivery)
            receipt = await outlet.send(reply.address, parts[number], key=key)
            await self._outbox.part_sent(lease, Delivery(reply, number, delivery.attempts), receipt)

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

    async def _end(self, lease: Lease, delivery: Delivery, state: DeliveryState, reason: str = "") -> bool:
        await self._outbox.finish(lease, delivery, state, reason)
        metrics.DELIVERIES.labels(lease.conversation.channel, state.value).inc()
        return True


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
