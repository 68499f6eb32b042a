"""Tells customers who will wait for long how many are before them. They keep their place.

Each worker looks at the lines once a second, a few numbers each; one of them acts on what it sees. Nobody is
asked for more than a second's worth of telling: answers go the same way.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import structlog

from bot.channel import Channel, Interim, Paced
from bot.errors import Unavailable
from bot.ports import Clock, Nudges, Rates, Waits
from bot.replies import busy
from bot.settings import TenantSettings
from bot.types import LongWait, Rate, Standing, Work
from workers import metrics
from workers.flow import SEEN_S, Flow

log = structlog.get_logger()

EVERY_S: Final = 1.0
_ACT: Final = Rate("admission", most=1, per_s=0.8)
_AT_ONCE: Final = 10
"""Told in one line: of all 16 some 160 a second, each of which costs about as much as a delivery."""
_SHARE: Final = 4
"""A platform that takes so many in a time is left three quarters of them for answers."""


class Admission:
    """Safe to run in every worker at once: one wait is told of once."""

    def __init__(
        self,
        tenants: Mapping[str, TenantSettings],
        channels: Mapping[str, Channel],
        waits: Waits,
        rates: Rates,
        nudges: Nudges,
        clock: Clock,
        *,
        seen_s: float = SEEN_S,
    ) -> None:
        """`seen_s`: that a line is watched before anything is said of it."""
        self._busy_s = {
            name: tenant.limits.busy_s for name, tenant in tenants.items() if tenant.limits.busy_s
        }
        self._flows = {name: Flow(seen_s=seen_s) for name in self._busy_s}
        self._paces = {name: _pace(channel) for name, channel in channels.items() if _takes(channel)}
        self._waits = waits
        self._rates = rates
        self._nudges = nudges
        self._clock = clock

    async def run(self, *, every: float = EVERY_S) -> None:
        """For ever; run it as a task."""
        while True:
            try:
                await self.look()
            except Unavailable as error:
                log.warning("admission_put_off", reason=str(error))
            except Exception:  # whatever it is: customers are answered all the same
                log.exception("admission_failed")
            await asyncio.sleep(every)

    async def look(self) -> None:
        """See how the lines move, and act where one is long. Raises Unavailable."""
        if not self._flows:
            return
        long = {
            name: standing
            for name, standing in (await self._waits.look(list(self._flows))).items()
            if self._is_long(name, standing)
        }
        if long and await self._rates.spare(_ACT) == 0:
            for name, standing in long.items():
                await self._tell(name, standing)

    def _is_long(self, tenant: str, standing: Standing) -> bool:
        flow = self._flows[tenant]
        flow.saw(standing)
        return flow.rate is not None and standing.ready > flow.rate * self._busy_s[tenant]

    async def _tell(self, tenant: str, standing: Standing) -> None:
        long = (self._flows[tenant].rate or 0) * self._busy_s[tenant]
        told = 0
        for line, row in enumerate(standing.rows):
            if not row.ready:
                continue
            scale = standing.ready / row.ready  # conversations are spread evenly over the lines
            place = max(0, math.ceil(long / scale - 0.5))
            for wait in await self._waits.long(tenant, line, place=place, limit=_AT_ONCE):
                told += await self._tell_one(wait, int((wait.place + 0.5) * scale))
        if told:
            metrics.TOLD_TO_WAIT.labels(tenant).inc(told)
            log.info("told_to_wait", tenant=tenant, customers=told, waiting=standing.ready)

    async def _tell_one(self, wait: LongWait, ahead: int) -> bool:
        if not await self._may_hear(wait):
            return False
        if not await self._waits.tell(wait, busy(wait, ahead, now=self._clock())):
            return False
        self._nudges.nudge(Work.DELIVER, wait.conversation)
        return True

    async def _may_hear(self, wait: LongWait) -> bool:
        channel = wait.conversation.channel
        if channel not in self._paces or wait.address.own:
            return False
        pace = self._paces[channel]
        return pace is None or await self._rates.spare(pace) == 0


def _takes(channel: Channel) -> bool:
    return isinstance(channel, Interim) and channel.takes_interim


def _pace(channel: Channel) -> Rate | None:
    rate = channel.rate if isinstance(channel, Paced) else None
    return rate and replace(rate, name=f"{rate.name}:interim", most=max(1, rate.most // _SHARE))
