"""How a turn ends in the store: with a reply, without one, or with a person."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import replace

import structlog

from bot import wording
from bot.model.prompt import question
from bot.pipeline.escalate import at_a_loss
from bot.pipeline.relieve import TOO_MANY_WAIT
from bot.ports import Clock, Inbox, Nudges
from bot.replies import in_hands, named, reply_id, titles
from bot.settings import TenantSettings
from bot.types import (
    APOLOGISED,
    Answer,
    Claim,
    Conversation,
    DeadLetter,
    HandOver,
    Lease,
    Message,
    Outcome,
    Reply,
    Said,
    Speaker,
    Turn,
    Work,
)
from bot.types.people import ASKED
from workers import metrics
from workers.beside import as_they_asked
from workers.keeping import Keeper, moment
from workers.nudges import DeliverHere
from workers.parking import Waiting
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
        now, messages = self._clock(), claim.messages
        text = named(messages, answer.text) if _others_came_between(claim) else answer.text
        reply = _reply(messages, turn, replace(answer, text=text), now)
        asking, channel = moment(), lease.conversation.channel
        async with self._here.place(channel) if self._here else nullcontext() as place:
            committing = self._inbox.commit(
                lease,
                claim,
                reply,
                _said(messages, turn, answer, now),
                self._hand_over(lease.conversation, answer),
                deliver=place is not None and place.kept,
                letter=_letter(messages, reply, answer),
            )
            done = await self._keeper.last(lease, committing)
            if place and done.out:
                place.start(done.out, since=asking)
        _tell(reply, answer, parked=claim.parked > 0, asked=messages[0].sent_at)
        if not done.out:
            self._nudges.nudge(Work.DELIVER, lease.conversation)
        return done.more

    async def answer_beside(
        self, waiting: Waiting, lease: Lease, claim: Claim, turn: Turn, answer: Answer
    ) -> bool:
        """Of a turn of what came since, while the first of `claim` wait on. As `commit` has it."""
        now, messages = self._clock(), claim.messages[claim.parked :]
        if not answer.text:
            said = [Said(Speaker.CUSTOMER, kept(question(turn)), now)]
            more = await waiting.answer_beside(lease, claim, None, said, None)
            _tell_passed_over(turn, answer, messages)
            return more
        text = f"{answer.text}\n\n{wording.STILL_WAITS}"
        reply, said = (
            _reply(messages, turn, replace(answer, text=text), now),
            _said(messages, turn, answer, now),
        )
        letter = _letter(messages, reply, answer)
        more = await waiting.answer_beside(lease, claim, reply, said, letter)
        _tell(reply, answer, parked=False, asked=messages[0].sent_at)
        return more

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
        _tell_passed_over(turn, answer, claim.messages)

    def _hand_over(self, conversation: Conversation, answer: Answer) -> HandOver | None:
        """Where the platform has the people, the delivery asks it for one, and it knows who has what."""
        people = self._tenants[conversation.tenant].people if answer.outcome is Outcome.HANDED_OFF else None
        if people is None or conversation.channel in self._platform_people:
            return None
        why, tell = answer.reason or ASKED, people.webhook is not None
        return HandOver(why, seconds=people.timeout_minutes * 60, tell=tell)


def _others_came_between(claim: Claim) -> bool:
    """Whether what they asked later was answered while these waited."""
    waited = claim.parked >= len(claim.messages)
    return waited and len(as_they_asked(claim.history, claim.messages[-1])) < len(claim.history)


def _reply(messages: Sequence[Message], turn: Turn, answer: Answer, now: float) -> Reply:
    conversation, ids = turn.conversation, tuple(message.id for message in messages)
    return Reply(
        id=reply_id(conversation, ids[:1]),  # also if a turn is tried again with one more
        conversation=conversation,
        address=messages[-1].address,
        text=answer.text,
        outcome=answer.outcome,
        answers=ids,
        created_at=now,
        sources=answer.sources,
        titles=titles(answer, (*turn.nearest, *turn.passages)),
        suggestions=answer.suggestions,
    )


def _said(messages: Sequence[Message], turn: Turn, answer: Answer, now: float) -> list[Said]:
    return [
        Said(Speaker.CUSTOMER, kept(question(turn)), messages[0].sent_at),
        Said(Speaker.BOT, answer.text, now, turn.slots or None, at_a_loss(turn, answer)),
    ]


def _letter(messages: tuple[Message, ...], reply: Reply, answer: Answer) -> DeadLetter | None:
    if answer.outcome is not Outcome.APOLOGISED:
        return None
    return DeadLetter(reply, APOLOGISED, answer.reason, messages=messages)


def _tell(reply: Reply, answer: Answer, *, parked: bool, asked: float) -> None:
    tenant, outcome = reply.conversation.tenant, answer.outcome
    metrics.turn_ended(tenant, outcome, parked=parked)
    if answer.reason == TOO_MANY_WAIT:
        metrics.SPARED.labels(tenant, outcome.value).inc()
    seconds = round(reply.created_at - asked, 2)
    log.info("turn_answered", outcome=outcome.value, reply=reply.id, seconds=seconds)


def _tell_passed_over(turn: Turn, answer: Answer, messages: Sequence[Message]) -> None:
    metrics.TURNS.labels(turn.conversation.tenant, answer.outcome.value).inc()
    log.info("turn_passed_over", outcome=answer.outcome.value, messages=len(messages))
