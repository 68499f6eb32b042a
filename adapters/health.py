"""`/healthz` (this process lives) and `/readyz` (each part, by name)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final, Protocol

from aiohttp import web

from adapters import metrics
from bot.errors import Unavailable
from bot.ports import Clock, Schedule
from bot.types import Attended

WITHIN_S: Final = 2.0
"""Whoever looks at us does not wait for ever for a store that is away."""
_SILENT: Final = "the store is away (it does not answer)"

Parked = Callable[[], Awaitable[int]]
"""How many conversations wait for a model that is away. Raises Unavailable."""
Attendances = Callable[[], Awaitable[list[Attended]]]
"""The conversations that people have. Raises Unavailable."""
GivenUp = Callable[[], Awaitable[Mapping[str, int]]]
"""How many replies were given up, by tenant. Raises Unavailable."""


class Workers(Protocol):
    """How the workers are, as they tell themselves (`bot.store.presence`)."""

    async def mode(self) -> str:
        """How they answer: faq, model or starting; empty when none is alive. Raises Unavailable."""
        ...

    async def parts(self) -> Mapping[str, str]:
        """What they depend on, by name: ok, away or starting. Raises Unavailable."""
        ...

    async def lesser(self) -> Sequence[str]:
        """In which ways they answer less well than they could (docs/operations.md). Raises Unavailable."""
        ...


class Shelter(Protocol):
    """What doors keep on the disk while the store is away (`adapters.spool`)."""

    @property
    def depth(self) -> int:
        """How much."""
        ...

    @property
    def trouble(self) -> str:
        """Why it takes no more; empty: it does."""
        ...

    @property
    def oldest_at(self) -> float | None:
        """Unix seconds, of what waits longest."""
        ...

    async def bytes(self) -> int:
        """On the disk."""
        ...


class Health:
    """A door is ready while what comes in is safe: in the store, be a worker about or not, or on the disk."""

    def __init__(
        self,
        schedule: Schedule,
        workers: Workers,
        *,
        parked: Parked,
        people: Attendances,
        given_up: GivenUp,
        spool: Shelter,
        clock: Clock = time.time,
        within_s: float = WITHIN_S,
    ) -> None:
        self._schedule = schedule
        self._workers = workers
        self._parked = parked
        self._people = people
        self._given_up = given_up
        self._spool = spool
        self._clock = clock
        self._within_s = within_s

    async def alive(self, _: web.Request) -> web.Response:
        """`/healthz`."""
        return web.json_response({"status": "ok"})

    async def ready(self, _: web.Request) -> web.Response:
        """`/readyz`: 200 while messages can be taken in, be it on the disk; else 503."""
        store = await self._store()
        parts = {"store": store, "worker": "unknown", "spool": self._spool.trouble or self._spooled()}
        degraded: list[str] = []
        if store == "ok":
            of_workers, degraded = await self._of_workers()
            parts |= of_workers
        ready = store == "ok" or not self._spool.trouble
        return web.json_response(
            {"ready": ready, "parts": parts, "degraded": degraded}, status=200 if ready else 503
        )

    async def mode(self) -> str:
        """How customers are answered now: faq, model, or starting."""
        try:
            async with asyncio.timeout(self._within_s):
                return await self._workers.mode() or "starting"
        except (Unavailable, TimeoutError):
            return "starting"

    async def measure(self) -> None:
        """Bring the gauges up to date; stale ones are left when the store is away."""
        await self._measure_spool()
        try:
            async with asyncio.timeout(self._within_s):
                waiting = await self._schedule.waiting()
                people = await self._people()
                given_up = await self._given_up()
                parked = await self._parked()
        except (Unavailable, TimeoutError):
            return
        metrics.PARKED.set(parked)
        for tenant, letters in given_up.items():
            metrics.DEAD_LETTERS.labels(tenant).set(letters)
        for work, count in waiting.items():
            metrics.WAITING.labels(work.value).set(count)
        waits = [one.waits_since for one in people if one.waits_since is not None]
        metrics.PEOPLE.labels("waiting").set(len(waits))
        metrics.PEOPLE.labels("served").set(len(people) - len(waits))
        metrics.PEOPLE_OLDEST.set(max(0.0, self._clock() - min(waits)) if waits else 0)

    async def _measure_spool(self) -> None:
        oldest = self._spool.oldest_at
        metrics.SPOOLED.set(self._spool.depth)
        metrics.SPOOL_BYTES.set(await self._spool.bytes())
        metrics.SPOOL_OLDEST.set(max(0.0, self._clock() - oldest) if oldest is not None else 0)

    def _spooled(self) -> str:
        if not self._spool.depth:
            return "ok"
        age = self._clock() - (self._spool.oldest_at or self._clock())
        return f"in use: keeps {self._spool.depth}, the oldest for {age:.0f} s, until the store takes them"

    async def _store(self) -> str:
        try:
            async with asyncio.timeout(self._within_s):
                await self._schedule.ping()
        except Unavailable as error:
            return str(error)
        except TimeoutError:
            return _SILENT
        return "ok"

    async def _of_workers(self) -> tuple[Mapping[str, str], list[str]]:
        """What they tell of themselves and of what they depend on; and their lesser ways."""
        try:
            async with asyncio.timeout(self._within_s):
                mode, parts = await self._workers.mode(), await self._workers.parts()
                lesser = list(await self._workers.lesser())
        except Unavailable as error:
            return {"worker": str(error)}, []
        except TimeoutError:
            return {"worker": _SILENT}, []
        worker = "ok" if mode else "none alive: messages wait; start `kefu worker`"
        return {"worker": worker, **parts}, lesser
