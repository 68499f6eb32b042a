"""One turn: run the pipeline, commit, have the reply delivered."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import replace
from functools import partial

import structlog

from bot import wording
from bot.errors import Away, KefuError, LeaseLost
from bot.model.prompt import question
from bot.pipeline import Notes, Runs
from bot.pipeline.escalate import at_a_loss
from bot.pipeline.relieve import TOO_MANY_WAIT
from bot.ports import Clock, Inbox, Nudges, People
from bot.replies import back_again, in_hands, reply_id
from bot.settings import LimitSettings, TenantSettings
from bot.types import (
    APOLOGISED,
    Answer,
    Claim,
    Conversation,
    DeadLetter,
    GiveUp,
    HandOver,
    Lease,
    Outcome,
    Reply,
    Said,
    Speaker,
    Taken,
    Turn,
    Work,
)
from bot.types.people import ASKED
from workers import metrics
from workers.drafts import Drafts
from workers.joining import Added, Joining
from workers.keeping import Keeper, moment
from workers.nudges import DeliverHere
from workers.one_turn import MESSAGES_A_TURN, may_grow, of_one_turn
from workers.parking import Waiting
from workers.remembering import for_people, kept
from workers.retry import WAITING, Patience, decide

log = structlog.get_logger()


class Answerer:
    """Does the ANSWER work of a conversation."""

    def __init__(
        self,
        tenants: Mapping[str, TenantSettings],
        inbox: Inbox,
        people: People,
        keeper: Keeper,
        pipeline: Runs,
        nudges: Nudges,
        drafts: Drafts,
        patience: Patience,
        clock: Clock,
        platform_people: Collection[str] = (),
        here: DeliverHere | None = None,
        notes: Sequence[Notes] = (),
        waiting: Waiting | None = None,
    ) -> None:
        """`platform_people`: channels whose platform has the people, and tells who has a conversation.

        `here`: where replies are delivered at once, while there is a place. `notes`: what is noted of a turn
        once its answer is out. `waiting`: where turns wait for a model that is away.
        """
        self._tenants = tenants
        self._platform_people = platform_people
        self._inbox = inbox
        self._joining = Joining(inbox)
        self._people = people
        self._keeper = keeper
        self._pipeline = pipeline
        self._nudges = nudges
        self._drafts = drafts
        self._patience = patience
        self._clock = clock
        self._here = here
        self._notes = notes
        self._waiting = waiting

    async def answer(self, taken: Taken, *, since: float) -> bool:
        """True when the customer said more meanwhile. `since`: the `moment` before it was asked for."""
        lease = taken.lease
        with (
            metrics.IN_WORK.track_inprogress(),
            structlog.contextvars.bound_contextvars(channel=lease.conversation.channel),
        ):
            try:
                async with self._keeper.holding(lease, since=since):
                    return await self._whatever_happens(lease, taken.claim)
            except LeaseLost:
                log.warning("turn_dropped", reason="another worker has the conversation now")
                return False

    async def _whatever_happens(self, lease: Lease, claim: Claim) -> bool:
        """A bug beside the pipeline is an attempt too: else the conversation would be ready again at once."""
        try:
            return await self._one_turn(lease, claim)
        except KefuError:
            raise
        except Exception as error:  # as in `_think`
            log.exception("turn_failed")
            reason = type(error).__name__
        if not self._keeper.holds(lease):  # it was committed
            return False
        answer = await self._later(lease, claim, reason)
        return await self._apologise(lease, claim, answer) if answer else False

    async def _apologise(self, lease: Lease, claim: Claim, apology: Answer) -> bool:
        turn = Turn(lease.conversation, claim.messages, deadline=self._clock())
        try:
            return await self._commit(lease, claim, turn, apology)
        except KefuError:
            raise
        except Exception:  # not even that: it stays in the inbox, and keeps nobody busy
            log.exception("turn_failed")
        if self._keeper.holds(lease):
            later = self._inbox.put_back(lease, claim, delay=self._patience.longest_s)
            await self._keeper.last(lease, later)
        return False

    async def _one_turn(self, lease: Lease, claim: Claim, *, anew: bool = False) -> bool:
        """`anew`: with what the customer added, which happens once."""
        tenant = self._tenants.get(lease.conversation.tenant)
        # A tenant that was renamed while messages waited: the pipeline fails, and an apology ends it.
        limits = tenant.limits if tenant else LimitSettings.model_validate({})
        if not claim.messages:  # none of them could be read
            return False
        if claim.person:
            await self._pass_on(lease, claim, tell=bool(tenant and tenant.people and tenant.people.webhook))
            return False
        if claim.lapsed:
            await self._take_back(lease.conversation)
        turn = of_one_turn(claim.messages, limits.text_chars)
        joins = limits.while_answering == "join" and may_grow(turn, waiting=len(claim.messages))
        try:
            return await self._answer(
                lease, replace(claim, messages=turn), limits, joins=joins and not anew, anew=anew
            )
        except Added:
            log.info("turn_begun_anew", messages=len(turn))
        metrics.JOINED.labels(lease.conversation.tenant).inc()
        await self._joining.quiet(lease.conversation, len(turn), most_s=limits.quiet_most_ms / 1000)
        claim = await self._inbox.claim(lease, limit=MESSAGES_A_TURN, lines=limits.history_lines)
        return await self._one_turn(lease, claim, anew=True)

    async def _answer(
        self, lease: Lease, claim: Claim, limits: LimitSettings, *, joins: bool, anew: bool
    ) -> bool:
        """True when the customer said more meanwhile. Raises Added if that `joins`."""
        run = self._pipeline.run
        make = partial(self._joining.unless_added, make=run, chars=limits.text_chars) if joins else run
        async with self._drafts.of(lease, claim) as show:
            turn = Turn(
                conversation=lease.conversation,
                messages=claim.messages,
                attempts=claim.attempts,
                anew=anew,
                history=claim.history,
                deadline=self._clock() + limits.answer_s,
                crowded=claim.crowded,
                parks=self._waiting is not None and self._waiting.until(claim.messages) is not None,
                parked=min(claim.parked, len(claim.messages)),
                show=show,
            )
            turn, answer = await self._think(turn, claim, lease, make)
        if answer is None:
            return False
        more = await self._commit(lease, claim, turn, answer)
        for notes in self._notes:
            await notes.note(turn)
        return more

    async def _take_back(self, conversation: Conversation) -> None:
        """The customer wrote when a person's time was over: that the bot is back goes before its answer."""
        attended = await self._people.get(conversation)
        if attended and await self._people.take_back(attended, back_again(attended, now=self._clock())):
            metrics.TAKEN_BACK.inc()
            log.info("taken_back", unheard=attended.waits_since is not None)
            self._nudges.nudge(Work.DELIVER, conversation)

    async def _pass_on(self, lease: Lease, claim: Claim, *, tell: bool) -> None:
        """A person has the conversation: what the customer says is for them, and the bot is silent."""
        now = self._clock()
        said = [Said(Speaker.CUSTOMER, for_people(message), message.sent_at) for message in claim.messages]
        replies = [in_hands(message, now=now) for message in claim.messages if message.address.own]
        if await self._inbox.pass_on(lease, claim, said, replies, tell=tell):
            metrics.PASSED_ON.labels(lease.conversation.tenant).inc(len(claim.messages))
            log.info("messages_passed_on", messages=len(claim.messages))
            if replies:
                self._nudges.nudge(Work.DELIVER, lease.conversation)

    async def _think(
        self, turn: Turn, claim: Claim, lease: Lease, make: Callable[[Turn], Awaitable[tuple[Turn, Answer]]]
    ) -> tuple[Turn, Answer | None]:
        """The pipeline's answer, an apology when trying is over, or None when it is tried later, or waits.

        With the turn as the pipeline left it, in which what was spoken is written down. Raises Added.
        """
        try:
            turn, answer = await make(turn)
        except Added:
            raise
        except Away as away:
            if self._waiting and await self._waiting.park(lease, claim, away):
                return turn, None
            return turn, Answer(wording.APOLOGY, Outcome.APOLOGISED, reason=str(away))
        except KefuError as error:
            return turn, await self._later(lease, claim, str(error))
        except Exception as error:  # a bug in a step must not lose a customer's message
            log.exception("turn_failed")
            return turn, await self._later(lease, claim, type(error).__name__)
        metrics.turn_took(turn)
        return turn, answer

    async def _later(self, lease: Lease, claim: Claim, reason: str) -> Answer | None:
        now = self._clock()
        age = now - claim.messages[0].sent_at
        patience = (
            WAITING if claim.parked else self._patience
        )  # they were promised an answer, and count together
        decision = decide(patience, attempts=claim.attempts, age=age, now=now, spread=random.random())
        if isinstance(decision, GiveUp):
            log.error("turn_given_up", reason=reason, attempts=claim.attempts + 1)
            return Answer(wording.APOLOGY, Outcome.APOLOGISED, reason=reason)
        metrics.PUT_BACK.inc()
        log.warning(
            "turn_put_back", reason=reason, attempts=claim.attempts + 1, seconds=round(decision.at - now, 1)
        )
        await self._keeper.last(lease, self._inbox.put_back(lease, claim, delay=decision.at - now))
        return None

    async def _pass_over(self, lease: Lease, claim: Claim, turn: Turn, answer: Answer) -> None:
        """The time is ours: how quickly turns follow one another is counted by when they ended."""
        said = Said(Speaker.CUSTOMER, kept(question(turn)), self._clock())
        await self._inbox.pass_over(lease, claim, said)
        metrics.TURNS.labels(lease.conversation.tenant, answer.outcome.value).inc()
        log.info("turn_passed_over", outcome=answer.outcome.value, messages=len(claim.messages))

    async def _commit(self, lease: Lease, claim: Claim, turn: Turn, answer: Answer) -> bool:
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
            suggestions=answer.suggestions,
        )
        letter = DeadLetter(reply, APOLOGISED, answer.reason, messages=claim.messages)
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
                letter=letter if answer.outcome is Outcome.APOLOGISED else None,
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

    def _hand_over(self, conversation: Conversation, answer: Answer) -> HandOver | None:
        """Where the platform has the people, the delivery asks it for one, and it knows who has what."""
        people = self._tenants[conversation.tenant].people if answer.outcome is Outcome.HANDED_OFF else None
        if people is None or conversation.channel in self._platform_people:
            return None
        why, tell = answer.reason or ASKED, people.webhook is not None
        return HandOver(why, seconds=people.timeout_minutes * 60, tell=tell)
