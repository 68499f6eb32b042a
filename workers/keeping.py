"""Holding a lease while working: renewed by a heartbeat, given back whatever happens."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import structlog

from bot.errors import LeaseLost, Unavailable
from bot.ports import Leases, Nudges
from bot.types import Conversation, Lease, Work

T = TypeVar("T")

log = structlog.get_logger()

_BEATS: Final = 3
"""Renewals a lease's life: two may fail before it is lost."""
_LOOKS: Final = 4
"""Between two of them, at who is to be renewed."""


@dataclass(slots=True)
class _Held:
    body: asyncio.Task[Any]
    begun: float
    renewed: float
    renewing: asyncio.Task[None] | None = None
    ending: bool = False
    """What is under way ends the lease: to find it gone then is no loss."""
    lost: bool = False


class Keeper:
    """Keeps leases that others took. One heart beats for all of a process.

    `life` is a lease's in seconds; `longest` is how long it is renewed, so that work which hangs, for
    whatever reason, ends and is done again.
    """

    def __init__(self, leases: Leases, nudges: Nudges, *, life: float, longest: float) -> None:
        self._leases = leases
        self._nudges = nudges
        self._life = life
        self._longest = longest
        self._held: dict[Lease, _Held] = {}  # fences count per partition: two leases may share one
        self._heart: asyncio.Task[None] | None = None

    def check(self, lease: Lease) -> None:
        """Raises LeaseLost when `lease` may have run out: this process stood still (a paused machine, say).

        The store refuses a late write by itself; this is for what goes out to a platform.
        """
        held = self._held.get(lease)
        if held and moment() - held.renewed > self._life:
            raise LeaseLost("this process stood still, and the lease ran out")

    def holds(self, lease: Lease) -> bool:
        """False once its work has ended it."""
        return lease in self._held

    @asynccontextmanager
    async def kept(self, conversation: Conversation, work: Work) -> AsyncIterator[Lease | None]:
        """A lease for the block, or None while another worker has it. Raises LeaseLost."""
        since = moment()
        lease = await self._leases.take(conversation, work)
        if lease is None:
            yield None
            return
        async with self.holding(lease, since=since):
            yield lease

    @asynccontextmanager
    async def holding(self, lease: Lease, *, since: float) -> AsyncIterator[None]:
        """Keep it for the block. `since` is the `moment` before it was asked for.

        When the lease is lost, the block is cancelled and LeaseLost raised: its work is another worker's now.
        When the block ends with Unavailable, the store would not take its end: the lease is left to run out.
        """
        body = asyncio.current_task()
        assert body is not None  # an async generator always runs in a task
        held = self._held[lease] = _Held(body, since, since)
        if self._heart is None or self._heart.done():
            self._heart = asyncio.create_task(self._beat(), name="leases")
        try:
            yield
        except asyncio.CancelledError:
            if not held.lost:
                raise
            body.uncancel()
            raise LeaseLost("the lease ran out while we worked") from None
        except LeaseLost:
            raise
        except Unavailable:  # given back, it would be begun anew at once, and as much in vain
            if self._held.pop(lease, None):
                log.warning("lease_left_to_expire", work=lease.work.value, fence=lease.fence)
            raise
        finally:
            if self._held.pop(lease, None):
                await asyncio.shield(self._give_back(lease))

    async def last(
        self, lease: Lease, ending: Awaitable[T], goes_on: Callable[[T], bool] = lambda _: False
    ) -> T:
        """Do what ends the lease, unless `goes_on` says of the result that it did not."""
        held = self._held[lease]
        held.ending = True
        try:
            result = await ending
        finally:  # what did not work out ended nothing
            held.ending = False
        if not goes_on(result):
            self._held.pop(lease)
        return result

    async def _beat(self) -> None:
        """For as long as something is held. A renewal is never cancelled: that would cost a connection."""
        while self._held:
            await asyncio.sleep(self._life / _BEATS / _LOOKS)
            now = moment()
            for lease, held in list(self._held.items()):
                if now - held.begun > self._longest:
                    log.error("work_never_ends", work=lease.work.value, fence=lease.fence)
                    self._lose(lease, held)
                elif held.renewing is None and now - held.renewed > self._life / _BEATS:
                    held.renewing = asyncio.create_task(self._renew(lease, held), name="lease")

    async def _renew(self, lease: Lease, held: _Held) -> None:
        asked = moment()
        try:
            await self._leases.renew(lease)
            held.renewed = asked
        except LeaseLost:
            self._lose(lease, held)
        except Unavailable:
            pass  # the next try may come in time
        except Exception:  # a bug: without another try the lease would run out unseen
            log.exception("lease_not_renewed")
        finally:
            held.renewing = None
        if moment() - held.renewed > self._life:
            self._lose(lease, held)

    def _lose(self, lease: Lease, held: _Held) -> None:
        if self._held.get(lease) is held and not held.ending and not held.lost:
            log.warning("lease_lost", work=lease.work.value, fence=lease.fence)
            held.lost = True
            held.body.cancel()

    async def _give_back(self, lease: Lease) -> None:
        """What came in while we held it is announced again; should this fail, the sweeper finds it."""
        try:
            if await self._leases.release(lease):
                self._nudges.nudge(lease.work, lease.conversation)
        except Unavailable:
            log.warning("lease_left_to_expire", work=lease.work.value, fence=lease.fence)


def moment() -> float:
    """Seconds of a clock that nobody sets and that goes on while the machine sleeps, where there is one."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))
