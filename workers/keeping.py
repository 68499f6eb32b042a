"""Holding a lease while working: taken, renewed by a heartbeat, given back whatever happens."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import structlog

from bot.errors import LeaseLost, Unavailable
from bot.ports import Leases, Nudges
from bot.types import Conversation, Lease, Work
from bot.waiting import is_set_within

log = structlog.get_logger()

_BEATS: Final = 3
"""Renewals a lease's life: two may fail before it is lost."""


class Keeper:
    """Gives out leases that renew themselves.

    `life` is a lease's in seconds; `longest` is how long it is renewed, so that work which hangs, for
    whatever reason, ends and is done again.
    """

    def __init__(self, leases: Leases, nudges: Nudges, *, life: float, longest: float) -> None:
        self._leases = leases
        self._nudges = nudges
        self._life = life
        self._longest = longest
        self._renewed: dict[Lease, float] = {}  # fences count per partition: two leases may share one

    def check(self, lease: Lease) -> None:
        """Raises LeaseLost when `lease` may have run out: this process stood still (a paused machine, say).

        The store refuses a late write by itself; this is for what goes out to a platform.
        """
        if _now() - self._renewed.get(lease, _now()) > self._life:
            raise LeaseLost("this process stood still, and the lease ran out")

    @asynccontextmanager
    async def kept(self, conversation: Conversation, work: Work) -> AsyncIterator[Lease | None]:
        """A lease for the block, or None while another worker has it.

        When the lease is lost, the block is cancelled and LeaseLost raised: its work is another worker's now.
        """
        asked = _now()
        lease = await self._leases.take(conversation, work)
        if lease is None:
            yield None
            return
        self._renewed[lease] = asked
        try:
            async with self._beating(lease):
                yield lease
        finally:
            self._renewed.pop(lease, None)
            await asyncio.shield(self._give_back(lease))

    @asynccontextmanager
    async def _beating(self, lease: Lease) -> AsyncIterator[None]:
        body = asyncio.current_task()
        assert body is not None  # an async generator always runs in a task
        over, lost = asyncio.Event(), asyncio.Event()
        heart = asyncio.create_task(self._beat(lease, over, lost), name=f"lease {lease.fence}")
        heart.add_done_callback(lambda _: body.cancel() if lost.is_set() and not over.is_set() else None)
        try:
            yield
        except asyncio.CancelledError:
            if not lost.is_set():
                raise
            body.uncancel()
            raise LeaseLost("the lease ran out while we worked") from None
        finally:
            # Told, not cancelled: a cancelled Redis call costs its connection. A last renewal does no harm.
            over.set()

    async def _beat(self, lease: Lease, over: asyncio.Event, lost: asyncio.Event) -> None:
        begun = _now()
        while not await is_set_within(over, self._life / _BEATS):
            asked = _now()
            try:
                await self._leases.renew(lease)
                self._renewed[lease] = asked
            except LeaseLost:
                break
            except Unavailable:
                if _now() - self._renewed.get(lease, 0) > self._life:
                    break
            if _now() - begun > self._longest:
                log.error("work_never_ends", work=lease.work.value, fence=lease.fence)
                break
        if not over.is_set():
            log.warning("lease_lost", work=lease.work.value, fence=lease.fence)
            lost.set()

    async def _give_back(self, lease: Lease) -> None:
        """What came in while we held it is announced again; should this fail, the sweeper finds it."""
        try:
            if await self._leases.release(lease):
                self._nudges.nudge(lease.work, lease.conversation)
        except Unavailable:
            log.warning("lease_left_to_expire", work=lease.work.value, fence=lease.fence)


def _now() -> float:
    """Seconds of a clock that nobody sets and that goes on while the machine sleeps, where there is one."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))
