"""Turns that wait for a model that is away, and who calls them back."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import structlog

from bot.errors import Away
from bot.model.servers import ModelServers
from bot.pipeline.clauses import clauses
from bot.pipeline.small_talk import small_talk
from bot.ports import Clock, Nudges, Parking, Rates
from bot.replies import parked
from bot.settings import TenantSettings
from bot.types import Claim, DeadLetter, GiveUp, Lease, Message, Rate, Reply, Said, Work
from bot.waiting import for_ever
from workers import metrics
from workers.beside import HEARD
from workers.keeping import Keeper
from workers.retry import WAITING, decide

log = structlog.get_logger()

EVERY_S: Final = 1.0
_ACT: Final = Rate("call-back", most=1, per_s=0.8)
"""Every worker looks; one at a time acts."""
_SHORT: Final = 2
"""Conversations ready in one of the 16 lines: some 30 a second keep most models busy, and whoever writes now
stands behind no more."""
_TO_SEND_S: Final = 60.0
"""Before a way to the customer ends, so that the last word still goes by it."""


class Waiting:
    """Lets turns wait."""

    def __init__(
        self,
        tenants: Mapping[str, TenantSettings],
        parking: Parking,
        keeper: Keeper,
        nudges: Nudges,
        clock: Clock,
        model_is_away: Callable[[], bool] = lambda: False,
    ) -> None:
        """`model_is_away`: whether that is known before it is asked."""
        self.model_is_away = model_is_away
        self._limits = {name: tenant.limits for name, tenant in tenants.items()}
        self._parking = parking
        self._keeper = keeper
        self._nudges = nudges
        self._clock = clock

    def until(self, messages: Sequence[Message]) -> float | None:
        """Unix seconds up to which these can wait; None: they can't.

        Where each message shows as open until it has a reply, a word in between would be that reply.
        """
        address, limits = messages[-1].address, self._limits.get(messages[-1].conversation.tenant)
        if limits is None or limits.while_model_away == "line" or address.own:
            return None
        over = messages[0].sent_at + limits.park_hours * 3600
        if address.expires_at is not None:
            over = min(over, address.expires_at - _TO_SEND_S)
        return over if over > self._clock() else None

    def goes_on(self, claim: Claim) -> bool:
        """Whether what waits of these can wait on, while what came since is answered."""
        waiting = claim.messages[: claim.parked]
        return bool(waiting) and self.until(waiting) is not None

    async def answer_beside(
        self, lease: Lease, claim: Claim, reply: Reply | None, said: Sequence[Said], letter: DeadLetter | None
    ) -> bool:
        """What came since has its reply, or gets none; what waits goes on, and its tries begin anew.

        True when the customer said more meanwhile. Raises LeaseLost and Unavailable.
        """
        now, over = self._clock(), self.until(claim.messages[: claim.parked])
        ending = self._parking.answer_beside(
            lease,
            claim,
            reply,
            said,
            again=WAITING.first_s * (1 + random.random() / 2),
            over=over - now if over else 0.0,
            letter=letter,
        )
        more = await self._keeper.last(lease, ending)
        if reply:
            self._nudges.nudge(Work.DELIVER, lease.conversation)
        return more

    async def park(self, lease: Lease, claim: Claim, away: Away) -> bool:
        """False when it waited for long enough. Raises LeaseLost and Unavailable."""
        now, over = self._clock(), self.until(claim.messages)
        again = decide(WAITING, attempts=claim.attempts, age=0, now=now, spread=random.random())
        if over is None or isinstance(again, GiveUp):
            return False
        parking = self._parking.park(
            lease,
            claim,
            parked(claim.messages, about=_asked_last(claim.messages), now=now),
            attempts=claim.attempts + away.tried,
            again=again.at - now,
            over=over - now,
        )
        if await self._keeper.last(lease, parking):
            self._nudges.nudge(Work.ANSWER, lease.conversation)
        self._nudges.nudge(Work.DELIVER, lease.conversation)
        metrics.PARKED.labels(lease.conversation.tenant).inc(len(claim.messages) > claim.parked)
        log.info("turn_parked", reason=str(away), messages=len(claim.messages))
        return True


def _asked_last(messages: Sequence[Message]) -> Message:
    """A thank-you for the word that a question waits is no other question, and gets no other word."""
    asked = (message for message in reversed(messages) if small_talk(clauses(message.text)) not in HEARD)
    return next(asked, messages[-1])


class CallBack:
    """Safe to run in every worker at once."""

    def __init__(self, model: ModelServers | None, parking: Parking, rates: Rates, nudges: Nudges) -> None:
        """`model`: None where none is configured any more; then the knowledge has the word."""
        self._model = model
        self._parking = parking
        self._rates = rates
        self._nudges = nudges

    async def run(self, *, every: float = EVERY_S) -> None:
        """For ever; run it as a task."""
        await for_ever(self.look, every=every, failing="parked_not_called_back")

    async def look(self) -> None:
        """While a model can be asked, some come back in each line, and one whatever else waits.

        Raises Unavailable.
        """
        away = self._model is not None and not self._model.room
        if away or await self._rates.spare(_ACT):
            return
        lucky, lines = random.randrange(self._parking.lines), range(self._parking.lines)
        for line in lines:
            back = await self._parking.call_back(line, upto=_SHORT, least=int(line == lucky))
            if back:
                self._nudges.nudge(Work.ANSWER, back.one)
                log.info("called_back", conversations=back.count)
