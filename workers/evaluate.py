"""Asks the questions of an evaluation, several at once, as customers' are asked."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol

from bot.errors import Unavailable
from bot.pipeline.decide import decided
from bot.pipeline.faq import most_fitting
from bot.pipeline.retrieve import Retrieve
from bot.settings import Settings
from bot.types import Conversation, Outcome, Passage, Said, Turn
from bot.waiting import end
from knowledge.judge.answers import answered
from knowledge.judge.cases import Case, Decision, Found, Judged, failed, searched
from workers.ask import Asked
from workers.retelling import after, retold

_MOST_FAILED: Final = 5
"""More than so many have one cause, and the next would fail as well."""
_DECISIONS: Final = {
    Outcome.ANSWERED: Decision.ANSWERED,
    Outcome.FAQ: Decision.ANSWERED,
    Outcome.CACHED: Decision.ANSWERED,
    Outcome.CLARIFIED: Decision.ASKED_BACK,
    Outcome.REFUSED: Decision.REFUSED,
    Outcome.HANDED_OFF: Decision.HANDED_OFF,
    Outcome.APOLOGISED: Decision.FAILED,
    Outcome.CHATTED: Decision.REFUSED,
    Outcome.LIMITED: Decision.FAILED,
    Outcome.RATED: Decision.FAILED,
}


class AnsweringDesk(Protocol):
    """What an examiner needs of a `workers.librarian.Desk`."""

    async def search(self, tenant: str, text: str, *, channel: str | None, limit: int) -> list[Passage]:
        """See `bot.ports.Retriever.search`."""
        ...

    async def ask(self, tenant: str, question: str, *, channel: str, history: Sequence[Said] = ()) -> Asked:
        """See `workers.ask.ask`."""
        ...


@dataclass(frozen=True, slots=True)
class Examiner:
    """One tenant, and who is asked about its knowledge."""

    desk: AnsweringDesk
    settings: Settings
    tenant: str
    answers: bool = False
    """True: the whole pipeline is asked. Else its search, and what FAQ mode would make of that."""
    channel: str = ""
    """Whose customer asks; empty: one who may be told what all may, and nothing else."""

    async def examine(
        self, cases: Sequence[Case], *, at_once: int, on_each: Callable[[], None]
    ) -> tuple[Judged, ...]:
        """In the cases' order. Raises Unavailable when too many can't be asked."""
        places = asyncio.Semaphore(at_once)
        failures = 0

        async def judge(case: Case) -> Judged:
            nonlocal failures
            async with places:
                try:
                    return await self._judge(case)
                except Unavailable as error:
                    failures += 1
                    if failures > _MOST_FAILED:
                        raise Unavailable(f"{failures} questions could not be asked: {error}") from error
                    return failed(case, str(error))
                finally:
                    on_each()

        tasks = [asyncio.create_task(judge(case)) for case in cases]
        try:
            return tuple(await asyncio.gather(*tasks))
        finally:
            await end(tasks)

    async def _judge(self, case: Case) -> Judged:
        return await (self._ask(case) if self.answers else self._search(case))

    async def _search(self, case: Case) -> Judged:
        history = await self._retold(case)
        started = time.perf_counter()
        turn = await Retrieve(self.desk)(after(history, case.question, self._conversation, 0.0))
        return self._decided(case, turn, time.perf_counter() - started)

    async def _ask(self, case: Case) -> Judged:
        history = await self._retold(case)
        asked = await self.desk.ask(self.tenant, case.question, channel=self.channel, history=history)
        found, decision = self._ranked(asked.passages), _DECISIONS[asked.outcome]
        if decision is Decision.FAILED:
            return failed(case, asked.text)
        is_verbatim = asked.outcome is Outcome.FAQ
        return answered(case, found, decision, asked.text, is_verbatim=is_verbatim, seconds=asked.seconds)

    async def _retold(self, case: Case) -> tuple[Said, ...]:
        return await retold(case.history, self.desk, self._conversation, 0.0)

    def _decided(self, case: Case, turn: Turn, seconds: float) -> Judged:
        """With a model, by what is near enough to go by; without, by what FAQ mode says."""
        tenant, found = self.settings.tenant(self.tenant), self._ranked(turn.passages)
        if self._has_model:
            is_near = any(passage.score >= tenant.faq_confidence for passage in turn.passages)
            return searched(case, found, is_answered=is_near, seconds=seconds)
        answer = decided(turn, tenant)
        outcome = answer.outcome if answer else Outcome.REFUSED
        judged = searched(case, found, is_answered=outcome is Outcome.FAQ, seconds=seconds)
        return replace(judged, decision=_DECISIONS[outcome])

    def _ranked(self, passages: Sequence[Passage]) -> list[Found]:
        """Without a model, what would be said stands first."""
        said = () if self._has_model else most_fitting(passages)
        others = [passage for passage in passages if passage not in said]
        return [Found(passage.title, passage.score) for passage in (*said, *others)]

    @property
    def _conversation(self) -> Conversation:
        return Conversation(self.tenant, self.channel, "operator")

    @property
    def _has_model(self) -> bool:
        return bool(self.settings.model.each)
