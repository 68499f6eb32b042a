"""How a turn ends in the store: with a reply, without one, or with a person."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import nullcontext

import structlog

from bot.model.prompt import question
from bot.pipeline.escalate import at_a_loss
from bot.pipeline.relieve import TOO_MANY_WAIT
from bot.ports import Clock, Inbox, Nudges
from bot.replies import in_hands, reply_id, titles
from bot.settings import TenantSettings
from bot.types import (
    APOLOGISED,
    Answer,
    Claim,
    Conversation,
    DeadLetter,
    HandOver,
    Lease,
    Outcome,
    Reply,
    Said,
    Speaker,
    Turn,
    Work,
)
from bot.types.people import ASKED
from workers import metrics
from workers.keeping import Keeper, moment
from workers.nudges import DeliverHere
from workers.remembering import for_people, kept
from workers.taking_back import TakingBack

log = structlog.get_logger()


class Endings:
    """For the turns of one worker: all at once in the store, and then whoever has to deliver is nudged."""

    def __init__(
        self,
        tenants: Mapping[str, TenantSettings],
        inbox: Inbox,
        taking_back: TakingBack,
        keeper: Keeper,
        nudges: Nudges,
        clock: Clock,
        platform_people: Collection[str] = (),
        here: DeliverHere | None = None,
    ) -> None:
        """`platform_people`: channels whose platform has the people, and tells who has a conversation.

        `here`: where replies are delivered at once, while there is a place.
        """
        self._tenants = tenants
        self._inbox = inbox
        self._taking_back = taking_back
        self._keeper = keeper
        self._nudges = nudges
        self._clock = clock
        self._platform_people = platform_people
        self._here = here

    async def commit(self, lease: Lease, claim: Claim, turn: Turn, answer: Answer) -> bool:
        """True when the customer said more meanwhile. Raises LeaseLost and Unavailable."""
        if answer.outcome is Outcome.LIMITED and not answer.text:
            await self._pass_over(lease, claim, turn, answer)
            return False
        now = self._clock()
        ids = tuple(message.id for message in claim.messages)
        reply = Reply(
            id=reply_id(lease.conversation, ids[:1]),  # also if a turn is tried again with one more
            conversation=lease.conversation,
            address=claim.messages[-1].address,
            text=answer.text,
            outcome=answer.outcome,
            answers=ids,
            created_at=now,
            sources=answer.sources,
            titles=titles(answer, (*turn.nearest, *turn.passages)),
            suggestions=answer.suggestions,
        )
        apologised = answer.outcome is Outcome.APOLOGISED
        letter = DeadLetter(reply, APOLOGISED, answer.reason, messages=claim.messages) if apologised else None
        asked = claim.messages[0].sent_at
        said = [
            Said(Speaker.CUSTOMER, kept(question(turn)), asked),
            Said(Speaker.BOT, answer.text, now, turn.slots or None, at_a_loss(turn, answer)),
        ]
        asking, channel = moment(), lease.conversation.channel
        async with self._here.place(channel) if self._here else nullcontext() as place:
            committing = self._inbox.commit(
                lease,
                claim,
                reply,
                said,
                self._hand_over(lease.conversation, answer),
                deliver=place is not None and place.kept,
                letter=letter,
            )
            done = await self._keeper.last(lease, committing)
            if place and done.out:
                place.start(done.out, since=asking)
        metrics.turn_ended(lease.conversation.tenant, answer.outcome, parked=claim.parked > 0)
        if answer.reason == TOO_MANY_WAIT:
            metrics.SPARED.labels(lease.conversation.tenant, answer.outcome.value).inc()
        log.info("turn_answered", outcome=answer.outcome.value, reply=reply.id, seconds=round(now - asked, 2))
        if not done.out:
            self._nudges.nudge(Work.DELIVER, lease.conversation)
        return done.more

    async def take_back(self, conversation: Conversation) -> None:
        """The customer wrote when a person's time was over: that the bot is back goes before its answer."""
        await self._taking_back.of(conversation)

    async def pass_on(self, lease: Lease, claim: Claim) -> None:
        """A person has the conversation: what the customer says is for them, and the bot is silent."""
        now, tenant = self._clock(), self._tenants.get(lease.conversation.tenant)
        tell = bool(tenant and tenant.people and tenant.people.webhook)
        said = [Said(Speaker.CUSTOMER, for_people(message), message.sent_at) for message in claim.messages]
        replies = [in_hands(message, now=now) for message in claim.messages if message.address.own]
        if await self._inbox.pass_on(lease, claim, said, replies, tell=tell):
            metrics.PASSED_ON.labels(lease.conversation.tenant).inc(len(claim.messages))
            log.info("messages_passed_on", messages=len(claim.messages))
            if replies:
                self._nudges.nudge(Work.DELIVER, lease.conversation)

    async def _pass_over(self, lease: Lease, claim: Claim, turn: Turn, answer: Answer) -> None:
        """The time is ours: how quickly turns follow one another is counted by when they ended."""
        said = Said(Speaker.CUSTOMER, kept(question(turn)), self._clock())
        await self._inbox.pass_over(lease, claim, said)
        metrics.TURNS.labels(lease.conversation.tenant, answer.outcome.value).inc()
        log.info("turn_passed_over", outcome=answer.outcome.value, messages=len(claim.messages))

    def _hand_over(self, conversation: Conversation, answer: Answer) -> HandOver | None:
        """Where the platform has the people, the delivery asks it for one, and it knows who has what."""
        people = self._tenants[conversation.tenant].people if answer.outcome is Outcome.HANDED_OFF else None
        if people is None or conversation.channel in self._platform_people:
            return None
        why, tell = answer.reason or ASKED, people.webhook is not None
        return HandOver(why, seconds=people.timeout_minutes * 60, tell=tell)
