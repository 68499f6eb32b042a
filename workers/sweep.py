"""Finds conversations whose nudge was lost, whose worker died, or whose retry is due, and nudges again.

Cheap however many wait: it reads only the due end of sorted sets, and only while Celery's own queue is
short. Nudges that still wait in that queue are not lost, and repeating them would only make it longer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

import structlog

from bot.errors import Unavailable
from bot.ports import Nudges, Schedule
from bot.types import Work
from workers import metrics

log = structlog.get_logger()

EVERY_S: Final = 1.0


class Sweeper:
    """Safe to run in every worker at once: a conversation is given to one of them."""

    def __init__(
        self, schedule: Schedule, nudges: Nudges, queued: Callable[[Work], Awaitable[int]], *, room: int
    ) -> None:
        """`queued` tells how many nudges wait in the queue; `room` is how many should, at most."""
        self._schedule = schedule
        self._nudges = nudges
        self._queued = queued
        self._room = room

    async def run(self) -> None:
        """Sweep for ever; run it as a task."""
        while True:
            for work in Work:
                try:
                    await self.sweep(work)
                except Unavailable as error:
                    log.warning("sweep_put_off", reason=str(error))
                except Exception:  # whatever it is: without the sweeper, a lost nudge is a lost customer
                    log.exception("sweep_failed", work=work.value)
            await asyncio.sleep(EVERY_S)

    async def sweep(self, work: Work) -> int:
        """Nudge what is overdue, up to the room in the queue; how many. Raises Unavailable."""
        room = self._room - await self._queued(work)
        overdue = await self._schedule.overdue(work, limit=room) if room > 0 else []
        for conversation in overdue:
            self._nudges.nudge(work, conversation)
        if overdue:
            metrics.SWEPT.labels(work.value).inc(len(overdue))
            log.info("swept", work=work.value, conversations=len(overdue))
        return len(overdue)
