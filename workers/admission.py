"""Lines that got long: customers hear how many are before them; beyond a second limit the model is spared.

Each worker looks at the lines once a second, a few numbers each; one of them acts on what it sees. By
Little's law who stands behind n others waits n ÷ the turns that begin in a second.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import structlog

from bot.channel import Channel, Interim, Paced
from bot.ports import Clock, Nudges, Rates, Waits
from bot.replies import busy
from bot.settings import TenantSettings
from bot.types import LongWait, Rate, Standing, Work
from bot.waiting import for_ever
from workers import metrics
from workers.flow import SEEN_S, Flow

log = structlog.get_logger()

EVERY_S: Final = 1.0
_ACT: Final = Rate("admission", most=1, per_s=0.8)
_AT_ONCE: Final = 10
"""Told in one line: of all 16 some 160 a second, each of which costs about as much as a delivery."""
_SHARE: Final = 4
"""A platform that takes so many in a time is left three quarters of them for answers."""
_GENTLY: Final = 10
"""At a look a tenth of those too many spare the model: a rate misread for seconds does little harm."""


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
        limits = {name: tenant.limits for name, tenant in tenants.items()}
        self._limits = {name: own for name, own in limits.items() if own.busy_s or own.overload_s}
        self._flows = {name: Flow(seen_s=seen_s) for name in self._limits}
        self._paces = {name: _pace(channel) for name, channel in channels.items() if _takes(channel)}
        self._waits = waits
        self._rates = rates
        self._nudges = nudges
        self._clock = clock

    async def run(self, *, every: float = EVERY_S) -> None:
        """For ever; run it as a task."""
        await for_ever(self.look, every=every, failing="admission_put_off")

    async def look(self) -> None:
        """See how the lines move, and act where one is long. Raises Unavailable."""
        if not self._limits:
            return
        standings = await self._waits.look(list(self._limits))
        for name, standing in standings.items():
            self._flows[name].saw(standing)
        long = [name for name, standing in standings.items() if self._is_long(name, standing)]
        if long and await self._rates.spare(_ACT) == 0:
            for name in long:
                await self._tell(name, standings[name])
                await self._spare(name, standings[name])

    def _soon(self, tenant: str, seconds: float) -> float:
        """How many have their turn within so many seconds; 0 seconds: all, as nobody minds."""
        rate = self._flows[tenant].rate
        return math.inf if rate is None or not seconds else rate * seconds

    def _is_long(self, tenant: str, standing: Standing) -> bool:
        limits = self._limits[tenant]
        return standing.ready > min(self._soon(tenant, limits.busy_s), self._soon(tenant, limits.overload_s))

    async def _tell(self, tenant: str, standing: Standing) -> None:
        soon = self._soon(tenant, self._limits[tenant].busy_s)
        if soon >= standing.ready:
            return
        told = 0
        for line, row in enumerate(standing.rows):
            share = row.ready / standing.ready  # customers are spread evenly over the lines
            place = max(0, math.ceil(soon * share - 0.5))
            if place < row.ready:
                for wait in await self._waits.long(tenant, line, place=place, limit=_AT_ONCE):
                    told += await self._tell_one(wait, int((wait.place + 0.5) / share))
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

    async def _spare(self, tenant: str, standing: Standing) -> None:
        """Where the first has waited for too long, and the last will: not for what an outage left."""
        limit = self._limits[tenant].overload_s
        too_many = standing.ready - self._soon(tenant, limit)
        for line, row in enumerate(standing.rows):
            if too_many > 0 and row.since is not None and row.since <= standing.at - limit:
                turns = math.ceil(too_many * row.ready / standing.ready / _GENTLY)
                await self._waits.spare(tenant, line, turns=turns)
        if too_many > 0:
            log.warning("overloaded", tenant=tenant, waiting=standing.ready, too_many=int(too_many))


def _takes(channel: Channel) -> bool:
    return isinstance(channel, Interim) and channel.takes_interim


def _pace(channel: Channel) -> Rate | None:
    rate = channel.rate if isinstance(channel, Paced) else None
    return rate and replace(rate, name=f"{rate.name}:interim", most=max(1, rate.most // _SHARE))
