"""Sums up what no prompt has room for, once the answer is out, while the model has nothing better to do."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Mapping, Sequence
from typing import Final

import structlog

from bot.errors import Refused, Unavailable
from bot.model import prompt, recap
from bot.pipeline.follow import since_silence
from bot.pipeline.recollect import LONG
from bot.ports import Model, People, Summaries
from bot.safety.discreet import Discreet
from bot.safety.marks import defused
from bot.settings import ModelSettings, TenantSettings
from bot.types import Said, Summary, Turn
from workers import metrics

log = structlog.get_logger()

_AT_ONCE: Final = 4
_WAITING: Final = 64
"""Turns. Who comes beyond is looked at again with their next one."""
_WITHIN_S: Final = 30.0
_ENOUGH: Final = 4
"""Lines that are new: one call for two questions, and not for each."""


class Summariser:
    """`bot.pipeline.Notes` that only takes note; `run` does the work."""

    def __init__(
        self,
        tenants: Mapping[str, TenantSettings],
        model: Model,
        settings: ModelSettings,
        people: People,
        summaries: Summaries,
    ) -> None:
        """`people`: who reads whole conversations."""
        self._tenants = tenants
        self._model = Discreet(model) if settings.hide_personal else model
        self._settings = settings
        self._people = people
        self._summaries = summaries
        self._turns: asyncio.Queue[Turn] = asyncio.Queue(_WAITING)

    async def note(self, turn: Turn) -> None:
        """Of a turn whose answer is out. It keeps nobody waiting."""
        if len(turn.history) >= LONG and not self._turns.full():
            self._turns.put_nowait(turn)

    async def run(self) -> None:
        """For ever; run it as a task."""
        async with asyncio.TaskGroup() as group:
            for _ in range(_AT_ONCE):
                group.create_task(self._work(), name="summing")

    async def _work(self) -> None:
        while True:
            turn = await self._turns.get()
            try:
                await self.sum_up(turn)
            except (Unavailable, Refused) as error:  # the next turn is another occasion
                metrics.SUMMARIES.labels("dropped").inc()
                log.info("summary_dropped", reason=str(error))
            except Exception:  # whatever it is: it is of less use than the next one
                metrics.SUMMARIES.labels("dropped").inc()
                log.exception("summary_failed")

    async def sum_up(self, turn: Turn) -> None:
        """Where enough was said that no prompt holds any more. Raises Unavailable and Refused."""
        beyond = prompt.beyond(turn, self._tenants[turn.conversation.tenant], self._settings)
        if not beyond:
            return
        lines = await self._since(turn, upto=beyond[-1].at)
        asked, told = recap.build(turn.summary, lines, self._settings)
        if len(lines) < _ENOUGH or not told:
            return
        if not await self._summaries.begin(turn.conversation, seconds=_WITHIN_S):
            return
        text = (await self._model.complete(asked, timeout=_WITHIN_S)).strip()
        if text:
            summary = Summary(defused(text)[: recap.RECAP_CHARS], told[-1].at)
            kept = await self._summaries.keep(turn.conversation, summary)
            metrics.SUMMARIES.labels("kept" if kept else "dropped").inc()

    async def _since(self, turn: Turn, *, upto: float) -> Sequence[Said]:
        """What was said behind the summary that there is, up to then, by the whole history."""
        history = await self._people.history(turn.conversation)
        silence_s = self._tenants[turn.conversation.tenant].limits.conversation_minutes * 60
        of_this = since_silence(history, turn.messages[0].sent_at, silence_s)
        begins = turn.summary.upto if turn.summary else -math.inf
        return [line for line in of_this if begins < line.at <= upto]
