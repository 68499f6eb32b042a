"""One turn: run the pipeline, and end it."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial

import structlog

from bot import wording
from bot.errors import Away, KefuError, LeaseLost, Unavailable
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
    changed,
)
from workers import metrics
from workers.beside import as_they_asked, beside, by_itself, is_of_the_model
from workers.drafts import Drafts
from workers.ending import Endings
from workers.joining import Added, Joining
from workers.keeping import Keeper
from workers.one_turn import MESSAGES_A_TURN, may_grow, of_one_turn
from workers.parking import Waiting
from workers.refusals import Refusals
from workers.retry import WAITING, Patience, decide

log = structlog.get_logger()

Make = Callable[[Turn], Awaitable[tuple[Turn, Answer]]]


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
        self._refusals = Refusals()

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
            more = await self._one_turn(lease, claim)
            self._refusals.over(lease.conversation)
            return more
        except LeaseLost:
            raise
        except Unavailable as error:  # the store's: with all else the turn deals where it comes up
            await self._not_stored(lease, claim, error)
            raise
        except KefuError:
            raise
        except Exception as error:  # as in `_think`
            log.exception("turn_failed")
            reason = type(error).__name__
        if not self._keeper.holds(lease):  # it was committed
            return False
        answer = await self._later(lease, claim, reason)
        return await self._apologise(lease, claim, answer) if answer else False

    async def _not_stored(self, lease: Lease, claim: Claim, error: Unavailable) -> None:
        """The messages stay where they are, and are answered anew when it takes answers again.

        Raises Unavailable where it does not even take that.
        """
        if not self._keeper.holds(lease):
            return
        seconds = self._refusals.pause(lease.conversation, "turn_not_stored", str(error))
        later = self._inbox.put_back(lease, claim, delay=seconds, counts=False)
        await self._keeper.last(lease, later)

    async def _apologise(self, lease: Lease, claim: Claim, apology: Answer) -> bool:
        turn = Turn(lease.conversation, claim.messages, deadline=self._clock())
        try:
            return await self._end(lease, claim, turn, apology)
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
        deadline, waiting = self._clock() + limits.answer_s, self._waiting
        apart = beside(claim, limits.text_chars) if waiting and waiting.goes_on(claim) else None
        if apart and waiting and waiting.model_is_away():
            return await self._beside(lease, apart, waiting, deadline=deadline)
        turn = of_one_turn(claim.messages, limits.text_chars)
        joins = limits.while_answering == "join" and may_grow(turn, waiting=len(claim.messages))
        chars, mine = limits.text_chars if joins and not anew else None, replace(claim, messages=turn)
        try:
            return await self._answer(lease, mine, deadline=deadline, joins=chars, anew=anew)
        except Away as away:
            if apart and waiting and len(turn) <= claim.parked:  # what came since was not part of it
                return await self._beside(lease, apart, waiting, deadline=deadline)
            return await self._wait(lease, mine, away)
        except Added:
            log.info("turn_begun_anew", messages=len(turn))
        metrics.JOINED.labels(lease.conversation.tenant).inc()
        await self._joining.quiet(lease.conversation, len(turn), most_s=limits.quiet_most_ms / 1000)
        more = await self._inbox.claim(lease, limit=MESSAGES_A_TURN, lines=0)
        claim = replace(more, history=claim.history, crowded=claim.crowded)  # nothing of that has changed
        return await self._one_turn(lease, claim, anew=True)

    async def _answer(
        self, lease: Lease, claim: Claim, *, deadline: float, joins: int | None, anew: bool
    ) -> bool:
        """True when the customer said more meanwhile. Raises Away, and Added where that `joins`: as long as
        the turn has no more characters."""
        run, seen = self._pipeline.run, claim
        make = partial(self._joining.unless_added, make=run, chars=joins) if joins else run
        if claim.parked >= len(claim.messages):
            seen = replace(claim, history=as_they_asked(claim.history, claim.messages[-1]))
        turn, answer = await self._made(lease, claim, seen, make, deadline=deadline, anew=anew)
        if answer is None:
            return False
        if answer.leaves_open:
            return await self._end_in_part(lease, claim, turn, answer)
        return await self._end(lease, claim, turn, answer)

    async def _beside(self, lease: Lease, claim: Claim, waiting: Waiting, *, deadline: float) -> bool:
        """A turn of what came since the first of these wait. What nothing can be said to waits along.

        Where the model, back just now, says it: what they asked first goes first, as ever.
        """
        try:
            run = self._pipeline.run
            turn, answer = await self._made(lease, claim, by_itself(claim), run, deadline=deadline)
        except Away as away:
            return await self._wait(lease, claim, away)
        if answer is None:
            return False
        if is_of_the_model(turn, answer):
            with suppress(Away):
                return await self._answer(lease, claim, deadline=deadline, joins=None, anew=False)
        if answer.outcome is Outcome.HANDED_OFF:  # whoever takes over sees it all
            return await self._end(lease, claim, changed(turn, messages=claim.messages), answer)
        more = await self._endings.answer_beside(waiting, lease, claim, turn, answer)
        await self._note(turn)
        return more

    async def _end_in_part(self, lease: Lease, claim: Claim, turn: Turn, answer: Answer) -> bool:
        """What came since has its answer. What waits goes on, or its customer hears that it does not."""
        if self._waiting is None or not self._waiting.goes_on(claim):
            answer = replace(answer, text=f"{answer.text}\n\n{wording.STILL_OPEN}")
            return await self._end(lease, claim, turn, answer)
        turn = changed(turn, messages=turn.messages[claim.parked :])
        more = await self._endings.answer_beside(self._waiting, lease, claim, turn, answer)
        await self._note(turn)
        return more

    async def _end(self, lease: Lease, claim: Claim, turn: Turn, answer: Answer) -> bool:
        more = await self._endings.commit(lease, claim, turn, answer)
        await self._note(turn)
        return more

    async def _wait(self, lease: Lease, claim: Claim, away: Away) -> bool:
        """Until the model is back; who waited for long enough gets an honest line."""
        if self._waiting and await self._waiting.park(lease, claim, away):
            return False
        apology = Answer(wording.APOLOGY, Outcome.APOLOGISED, reason=str(away))
        return await self._apologise(lease, claim, apology)

    async def _made(
        self, lease: Lease, claim: Claim, seen: Claim, make: Make, *, deadline: float, anew: bool = False
    ) -> tuple[Turn, Answer | None]:
        """`seen`: what the pipeline is shown of the claim. Else as `_think` has it."""
        async with self._drafts.of(lease, seen) as show:
            turn = Turn(
                conversation=lease.conversation,
                messages=seen.messages,
                attempts=claim.attempts,
                anew=anew,
                history=seen.history,
                deadline=deadline,
                crowded=claim.crowded,
                parks=self._waiting is not None and self._waiting.until(seen.messages) is not None,
                parked=min(seen.parked, len(seen.messages)),
                show=show,
            )
            return await self._think(turn, claim, lease, make)

    async def _note(self, turn: Turn) -> None:
        for notes in self._notes:
            try:
                await notes.note(turn)
            except Exception:  # a bug in one must not have what the customer added wait for a sweep
                log.exception("note_failed", notes=type(notes).__name__)

    async def _think(self, turn: Turn, claim: Claim, lease: Lease, make: Make) -> tuple[Turn, Answer | None]:
        """The pipeline's answer, an apology when trying is over, or None when it is tried later.

        With the turn as the pipeline left it, in which what was spoken is written down. Raises Away, Added.
        """
        try:
            turn, answer = await make(turn)
        except (Away, Added):
            raise
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
