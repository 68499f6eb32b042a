"""Holding a lease while working: taken, renewed by a heartbeat, given back whatever happens."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final

import structlog

from bot.errors import LeaseLost, Unavailable
from bot.ports import Leases, Nudges
from bot.types import Conversation, Lease, Work

log = structlog.get_logger()

_BEATS: Final = 3
"""Renewals a lease's life: two may fail before it is lost."""


class Keeper:
    """Gives out leases that renew themselves. `life` is in seconds."""

    def __init__(self, leases: Leases, nudges: Nudges, *, life: float) -> None:
        self._leases = leases
        self._nudges = nudges
        self._life = life

    @asynccontextmanager
    async def kept(self, conversation: Conversation, work: Work) -> AsyncIterator[Lease | None]:
        """A lease for the block, or None while another worker has it.

        When the lease is lost, the block is cancelled and LeaseLost raised: its work is another worker's now.
        """
        lease = await self._leases.take(conversation, work)
        if lease is None:
            yield None
            return
        try:
            async with self._beating(lease):
                yield lease
        finally:
            await asyncio.shield(self._give_back(lease))

    @asynccontextmanager
    async def _beating(self, lease: Lease) -> AsyncIterator[None]:
        body = asyncio.current_task()
        assert body is not None  # an async generator always runs in a task
        heart = asyncio.create_task(self._beat(lease, body), name=f"lease {lease.fence}")
        try:
            yield
        except asyncio.CancelledError:
            if heart.done():  # the heart stops by itself only when the lease is lost
                body.uncancel()
                raise LeaseLost("the lease ran out while we worked") from None
            raise
        finally:
            heart.cancel()
            with suppress(asyncio.CancelledError):
                await heart

    async def _beat(self, lease: Lease, body: asyncio.Task[object]) -> None:
        loop = asyncio.get_running_loop()
        renewed = loop.time()
        while True:
            await asyncio.sleep(self._life / _BEATS)
            try:
                await self._leases.renew(lease)
                renewed = loop.time()
            except LeaseLost:
                break
            except Unavailable:
                if loop.time() - renewed > self._life:
                    break
        log.warning("lease_lost", work=lease.work.value, fence=lease.fence)
        body.cancel()

    async def _give_back(self, lease: Lease) -> None:
        """What came in while we held it is announced again; should this fail, the sweeper finds it."""
        try:
            if await self._leases.release(lease):
                self._nudges.nudge(lease.work, lease.conversation)
        except Unavailable:
            log.warning("lease_left_to_expire", work=lease.work.value, fence=lease.fence)
