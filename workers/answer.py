"""One turn: run the pipeline, and end it."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

import structlog

from bot import wording
from bot.errors import Away, KefuError, LeaseLost
from bot.pipeline import Notes, Runs
from bot.ports import Clock, Inbox
from bot.settings import LimitSettings, TenantSettings
from bot.types import (
    Answer,
    Claim,
    GiveUp,
    Lease,
    Outcome,
    Taken,
    Turn,
)
from workers import metrics
from workers.drafts import Drafts
from workers.ending import Endings
from workers.joining import Added, Joining
from workers.keeping import Keeper
from workers.one_turn import MESSAGES_A_TURN, may_grow, of_one_turn
from workers.parking import Waiting
from workers.retry import WAITING, Patience, decide

log = structlog.get_logger()


class Answerer:
    """Does the ANSWER work of a conversation."""

    def __init__(
        self,
        tenants: Mapping[str, TenantSettings],
        inbox: Inbox,
        keeper: Keeper,
        pipeline: Runs,
        endings: Endings,
        drafts: Drafts,
        patience: Patience,
        clock: Clock,
        notes: Sequence[Notes] = (),
        waiting: Waiting | None = None,
    ) -> None:
        """`notes`: what is noted of a turn once its answer is out. `waiting`: where turns wait for a model
        that is away."""
        self._tenants = tenants
        self._inbox = inbox
        self._joining = Joining(inbox)
        self._keeper = keeper
        self._pipeline = pipeline
        self._endings = endings
        self._drafts = drafts
        self._patience = patience
        self._clock = clock
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
            return await self._endings.commit(lease, claim, turn, apology)
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
            await self._endings.pass_on(lease, claim)
            return False
        if claim.lapsed:
            await self._endings.take_back(lease.conversation)
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
        more = await self._inbox.claim(lease, limit=MESSAGES_A_TURN, lines=0)
        claim = replace(more, history=claim.history, crowded=claim.crowded)  # nothing of that has changed
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
        more = await self._endings.commit(lease, claim, turn, answer)
        await self._note(turn)
        return more

    async def _note(self, turn: Turn) -> None:
        for notes in self._notes:
            try:
                await notes.note(turn)
            except Exception:  # a bug in one must not have what the customer added wait for a sweep
                log.exception("note_failed", notes=type(notes).__name__)

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
        # Who waited for the model was promised an answer, and its tries and ours count together.
        patience = WAITING if claim.parked else self._patience
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
