"""Tells people who waits for them, and takes conversations back whose time with them is over.

Safe to run in every worker at once: a conversation is given to one of them, and the scripts look again.
The list of those who wait is the truth; a group that can't be told a few times over is left to read it.
"""

from __future__ import annotations

import asyncio
import random
import shlex
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final, Protocol

import structlog

from bot import summary, wording
from bot.errors import Refused, Unavailable
from bot.ports import Clock, People
from bot.settings import TenantSettings
from bot.types import Attended, GiveUp
from bot.waiting import for_ever
from workers import metrics
from workers.retry import TELLING, decide
from workers.taking_back import TakingBack

log = structlog.get_logger()

EVERY_S: Final = 1.0
_AT_ONCE: Final = 100
_SHOWN: Final = 5
"""Customers whom one message to a group names; the others are counted."""


class Group(Protocol):
    """The way to a tenant's people."""

    async def tell(self, text: str) -> None:
        """Raises Unavailable or Refused."""
        ...


class Attendance:
    """Looks after the conversations that people have."""

    def __init__(
        self,
        tenants: Mapping[str, TenantSettings],
        people: People,
        groups: Mapping[str, Group],
        taking_back: TakingBack,
        clock: Clock,
    ) -> None:
        """`groups`: by tenant."""
        self._tenants = tenants
        self._people = people
        self._groups = groups
        self._taking_back = taking_back
        self._clock = clock

    async def run(self) -> None:
        """For ever; run it as a task. A group that takes long to tell keeps no conversation from the bot."""
        await asyncio.gather(
            for_ever(self.take_back, every=EVERY_S, failing="not_taken_back"),
            for_ever(self.tell, every=EVERY_S, failing="telling_put_off"),
        )

    async def take_back(self) -> None:
        """The bot has those again whose time is over, and they are told. Raises Unavailable."""
        for attended in await self._people.overdue(limit=_AT_ONCE):
            await self._taking_back.take_back(attended)

    async def tell(self) -> None:
        """Each group hears of its customers in one message. Raises Unavailable."""
        by_tenant: dict[str, list[Attended]] = defaultdict(list)
        for attended in await self._people.to_tell(limit=_AT_ONCE):
            by_tenant[attended.conversation.tenant].append(attended)
        await asyncio.gather(*(self._tell(tenant, those) for tenant, those in by_tenant.items()))

    async def _tell(self, tenant: str, those: Sequence[Attended]) -> None:
        group = self._groups.get(tenant)
        try:
            if group is None:
                raise Refused("no webhook is configured")
            await group.tell(await self._words(tenant, those))
        except (Unavailable, Refused) as error:
            await self._not_told(tenant, those, error)
            return
        metrics.TELLINGS.labels("told").inc()
        log.info("people_told", tenant=tenant, conversations=len(those))
        for attended in those:
            await self._people.told(attended)

    async def _not_told(self, tenant: str, those: Sequence[Attended], error: Unavailable | Refused) -> None:
        metrics.TELLINGS.labels("failed").inc()
        mend = f"see tenants.{tenant}.people.webhook; `kefu people list` has who waits meanwhile"
        log.error("people_not_told", tenant=tenant, conversations=len(those), reason=str(error), mend=mend)
        for attended in those:
            delay = None if isinstance(error, Refused) else self._delay(attended, error.retry_after)
            await self._people.not_told(attended, delay=delay)

    def _delay(self, attended: Attended, asked: float | None) -> float | None:
        decision = decide(
            TELLING, attempts=attended.attempts, age=0, now=0, spread=random.random(), asked=asked
        )
        return None if isinstance(decision, GiveUp) else decision.at

    async def _words(self, tenant: str, those: Sequence[Attended]) -> str:
        lines = [await self._about(tenant, attended) for attended in those[:_SHOWN]]
        more = len(those) - _SHOWN
        return "\n\n".join([*lines, wording.MORE_WAIT.format(count=more)] if more > 0 else lines)

    async def _about(self, tenant: str, attended: Attended) -> str:
        name = shlex.quote(str(attended.conversation))
        waited = self._clock() - (attended.waits_since or self._clock())
        lines = [
            wording.SOMEBODY_WAITS.format(
                door=attended.conversation.channel,
                minutes=max(0, int(waited // 60)),
                messages=attended.messages - attended.told,
            ),
            summary.why(attended.reason),
        ]
        settings = self._tenants.get(tenant)
        if settings and settings.people and settings.people.show_words:
            lines += summary.summary(await self._people.history(attended.conversation))
        return "\n".join([*lines, wording.HOW_TO_REPLY.format(name=name)])
