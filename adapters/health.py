"""`/healthz` (this process lives) and `/readyz` (each part, by name)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from typing import Final, Protocol

from aiohttp import web

from adapters import metrics
from bot.errors import Unavailable
from bot.ports import Clock, Schedule
from bot.types import Attended

_WITHIN_S: Final = 2.0
"""Whoever looks at us does not wait for ever for a store that is away."""


class Workers(Protocol):
    """How the workers answer now; empty when none is alive."""

    async def __call__(self) -> str:
        """faq, model, starting, or empty. Raises Unavailable."""
        ...


class Parts(Protocol):
    """How what the workers depend on is, by name."""

    async def __call__(self) -> Mapping[str, str]:
        """ok, away or starting. Raises Unavailable."""
        ...


class LesserWays(Protocol):
    """The ways in which workers answer less well than they could, by name (docs/operations.md)."""

    async def __call__(self) -> Sequence[str]:
        """Raises Unavailable."""
        ...


class Parked(Protocol):
    """How many conversations wait for a model that is away."""

    async def __call__(self) -> int:
        """Raises Unavailable."""
        ...


class Attendances(Protocol):
    """The conversations that people have."""

    async def __call__(self) -> list[Attended]:
        """Raises Unavailable."""
        ...


class GivenUp(Protocol):
    """How many replies were given up, by tenant."""

    async def __call__(self) -> Mapping[str, int]:
        """Raises Unavailable."""
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
        parts: Parts,
        lesser: LesserWays,
        parked: Parked,
        people: Attendances,
        given_up: GivenUp,
        spool: Shelter,
        clock: Clock = time.time,
    ) -> None:
        self._schedule = schedule
        self._workers = workers
        self._parts = parts
        self._lesser = lesser
        self._parked = parked
        self._people = people
        self._given_up = given_up
        self._spool = spool
        self._clock = clock

    async def alive(self, _: web.Request) -> web.Response:
        """`/healthz`."""
        return web.json_response({"status": "ok"})

    async def ready(self, _: web.Request) -> web.Response:
        """`/readyz`: 200 while messages can be taken in, be it on the disk; else 503."""
        store = await self._store()
        worker = await self._worker() if store == "ok" else "unknown"
        spool = self._spool.trouble or self._spooled()
        parts = {"store": store, "worker": worker, "spool": spool}
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
            async with asyncio.timeout(_WITHIN_S):
                return await self._workers() or "starting"
        except (Unavailable, TimeoutError):
            return "starting"

    async def measure(self) -> None:
        """Bring the gauges up to date; stale ones are left when the store is away."""
        await self._measure_spool()
        try:
            async with asyncio.timeout(_WITHIN_S):
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
            async with asyncio.timeout(_WITHIN_S):
                await self._schedule.ping()
        except Unavailable as error:
            return str(error)
        except TimeoutError:
            return "the store is away (it does not answer)"
        return "ok"

    async def _of_workers(self) -> tuple[Mapping[str, str], list[str]]:
        try:
            return await self._parts(), list(await self._lesser())
        except Unavailable:
            return {}, []

    async def _worker(self) -> str:
        try:
            return "ok" if await self._workers() else "none alive: messages wait; start `kefu worker`"
        except Unavailable as error:
            return str(error)
