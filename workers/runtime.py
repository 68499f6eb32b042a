"""Everything a worker process holds, put together once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Self

import structlog

from adapters import registry
from adapters.group_robot import GroupRobot
from adapters.media.reader import ChannelMedia
from adapters.media.shelf import Shelf
from adapters.outbound import Outbound
from adapters.storing import Storing
from bot.broker import make_app, nudges_waiting
from bot.channel import Channel, HandsOver
from bot.errors import Unavailable
from bot.model.servers import ModelServers
from bot.nudges import CeleryNudges
from bot.pipeline import HISTORY_LINES, Alike, Perceive, Pipeline
from bot.ports import Embeddings, Model, Moderator, Transcriber
from bot.settings import Settings, with_ahead
from bot.store.presence import ALIVE_S, shared_secret
from bot.tools.registry import Tools
from bot.waiting import end, for_ever
from bot.wiring import Stores, build_moderator, build_transcriber, redis_url, tenants_of
from knowledge.library import Library
from workers.admission import Admission
from workers.alarm import Alarm
from workers.answer import Answerer
from workers.ask import build_pipeline
from workers.attendance import Attendance
from workers.deliver import Deliverer
from workers.drafts import Drafts
from workers.ending import Endings
from workers.gate import Gate
from workers.keeping import Keeper
from workers.lanes import Lanes
from workers.loop import LoopThread
from workers.noting import notes_of, open_summariser
from workers.nudges import DeliverHere
from workers.outlets import Outlets
from workers.parking import CallBack, Waiting
from workers.parts import Parts
from workers.pull import Puller
from workers.retry import answering
from workers.rounds import Rounds
from workers.study import fill_shelves, learn_intents, open_shelves
from workers.summing import Summariser
from workers.sweep import Sweeper
from workers.taking_back import TakingBack
from workers.tidying import tidy_for_ever, trim_for_ever

log = structlog.get_logger()

OpenLibrary = Callable[[Settings, Embeddings], Awaitable[Library]]
OpenModel = Callable[[Settings], Model | None]

_ROOM = 4
"""Nudges the sweeper lets wait in the queue, for each turn a worker can have in work."""
_SENDS = 4
"""At once to one channel, for each turn: a platform may take a fifth of a second, and is no limit then."""
_BESIDES_S = 60.0
"""For what a turn does besides answering, and for a delivery of many parts, even with a slow store."""


@dataclass(frozen=True, slots=True)
class Runtime:
    """A worker's parts. Open it inside the loop it will work in."""

    settings: Settings
    stores: Stores
    nudges: CeleryNudges
    parts: registry.Parts
    channels: dict[str, Channel]
    model: Model | None
    transcriber: Transcriber | None
    moderator: Moderator | None
    shelf: Shelf
    library: Library
    tools: Tools
    pipeline: Pipeline
    rounds: Rounds
    deliveries: Lanes
    puller: Puller
    summariser: Summariser | None
    gate: Gate
    health: Parts
    consuming: asyncio.Event
    background: tuple[asyncio.Task[None], ...] = ()

    @classmethod
    async def open(
        cls, settings: Settings, loop: LoopThread, open_library: OpenLibrary, open_model: OpenModel
    ) -> Self:
        """Open the stores, bring the knowledge up to date, start the background tasks.

        Raises Misconfigured, Unavailable (a store is away, or another process owns the vectors).
        """
        stores = Stores.open(settings)
        await stores.schedule.ping()
        library = await open_library(settings, stores.embeddings)
        await open_shelves(library, settings.tenants)
        nudges = CeleryNudges(make_app(redis_url(settings)), stores.client)
        key = partial(shared_secret, stores.client)
        parts = registry.Parts(
            stores.tokens, stores.feed, stores.streams, stores.marks, stores.rates, key, Outbound(), time.time
        )
        channels = await registry.open_channels(settings, parts)
        model = open_model(settings)
        transcriber = build_transcriber(settings)
        moderator = build_moderator(settings)
        shelf = Shelf(settings.data_dir / "media", settings.media, time.time)
        perceive = Perceive(
            ChannelMedia(channels, shelf, most=settings.media.max_bytes),
            transcriber,
            sees=settings.model.sees and model is not None,
            tries=settings.worker.max_attempts,
            clock=time.time,
        )
        tools = Tools.open(settings, stores.rates)
        pipeline = build_pipeline(
            settings,
            library.retriever,
            model,
            perceive,
            stores.answers,
            stores.rates,
            tools,
            library.intents,
            stores.opinions,
            moderator,
            Alike(library.meanings, stores.alike),
            stores.summaries,
        )
        summariser = open_summariser(settings, stores, model)
        longest = max(tenant.limits.turn_s for tenant in settings.tenants) + _BESIDES_S
        keeper = Keeper(stores.leases, nudges, life=settings.worker.lease_s, longest=longest)
        outlets = Outlets(channels, stores.rates)
        deliverer = Deliverer(channels, outlets, stores.outbox, stores.letters, keeper, time.time)
        deliveries = Lanes(deliverer.deliver, at_once=settings.concurrency * _SENDS)
        here = DeliverHere(nudges, loop.spawn, deliveries, deliverer.send)
        theirs = [name for name, channel in channels.items() if isinstance(channel, HandsOver)]
        tenants = tenants_of(settings)
        taking_back = TakingBack(stores.people, stores.missed, here, time.time)
        answerer = Answerer(
            tenants,
            stores.inbox,
            keeper,
            pipeline,
            Endings(tenants, stores.inbox, taking_back, keeper, here, time.time, theirs, here),
            Drafts(channels, keeper),
            answering(settings.worker.max_attempts),
            time.time,
            notes=notes_of(settings, stores, summariser),
            waiting=Waiting(tenants, stores.parking, keeper, nudges, time.time, partial(_is_away, model)),
        )
        gate = Gate(partial(_turns, settings, model))
        rounds = Rounds(
            stores.line,
            answerer,
            nudges,
            gate,
            lines=max(HISTORY_LINES, *(tenant.limits.history_lines for tenant in settings.tenants)),
        )
        storing = Storing(stores.inbox, stores.greetings, stores.opinions, stores.pulls, nudges)
        fetched = partial(storing.keep, promised=True)
        puller = Puller(channels, stores.pulls, stores.rates, stores.letters, fetched, keeper, time.time)
        runtime = cls(
            settings,
            stores,
            nudges,
            parts,
            channels,
            model,
            transcriber,
            moderator,
            shelf,
            library,
            tools,
            pipeline,
            rounds,
            deliveries,
            puller,
            summariser,
            gate,
            Parts(
                model,
                library.breakers
                | outlets.breakers
                | tools.breakers
                | ({"transcription": transcriber.breaker} if transcriber else {})
                | ({"moderation": moderator.breaker} if moderator else {}),
            ),
            asyncio.Event(),
        )
        return replace(runtime, background=tuple(runtime._background()))

    @property
    def mode(self) -> str:
        """How customers are answered now: faq, model, or starting (FAQ answers until the model is up)."""
        if isinstance(self.model, ModelServers):
            return self.model.mode
        return "model" if self.model else "faq"

    async def announce(self) -> None:
        """Work is taken from now on, and others may know."""
        self.consuming.set()
        await self._report()

    async def close(self) -> None:
        """Stop the background tasks, say goodbye, let go of everything."""
        await end(self.background)
        try:
            await self.stores.workers.leave()
        except Unavailable:
            log.info("left_without_goodbye")
        await registry.close_channels(self.channels, self.parts)
        for server in (self.model, self.transcriber, self.moderator):
            if server:
                await server.close()
        await self.tools.close()
        await self.library.close()
        await self.nudges.close()
        await self.stores.close()

    def _background(self) -> list[asyncio.Task[None]]:
        sweeper = Sweeper(
            self.stores.schedule,
            self.nudges,
            partial(nudges_waiting, self.stores.client),
            room=self.settings.concurrency * _ROOM,
        )
        tasks = [
            asyncio.create_task(sweeper.run(), name="sweeper"),
            asyncio.create_task(self._attendance().run(), name="attendance"),
            asyncio.create_task(self._admission().run(), name="admission"),
            asyncio.create_task(
                for_ever(self._report, every=ALIVE_S / 5, failing="presence_not_reported"), name="presence"
            ),
            asyncio.create_task(self.puller.look_for_ever(), name="look"),
            asyncio.create_task(tidy_for_ever(self.shelf), name="tidying"),
            asyncio.create_task(trim_for_ever(self.stores.journal), name="trimming"),
            asyncio.create_task(learn_intents(self.library, self.settings.tenants), name="intents"),
            asyncio.create_task(fill_shelves(self.library, self.settings.tenants), name="knowledge"),
        ]
        if self.summariser:
            tasks.append(asyncio.create_task(self.summariser.run(), name="summaries"))
        operators = GroupRobot.of(self.settings.alerts, outbound=self.parts.outbound, clock=time.time)
        if operators:
            pause_s = self.settings.alerts.every_minutes * 60
            alarm = Alarm(self.stores.letters, operators, pause_s=pause_s)
            tasks.append(asyncio.create_task(alarm.run(), name="alarm"))
        servers = self.model if isinstance(self.model, ModelServers) else None
        if servers:
            tasks.append(asyncio.create_task(servers.watch(), name="model-watch"))
        call_back = CallBack(servers, self.stores.parking, self.stores.rates, self.nudges)
        return [*tasks, asyncio.create_task(call_back.run(), name="call-back")]

    def _attendance(self) -> Attendance:
        tenants = tenants_of(self.settings)
        robots = {
            name: GroupRobot.of(tenant.people, outbound=self.parts.outbound, clock=time.time)
            for name, tenant in tenants.items()
        }
        groups = {name: robot for name, robot in robots.items() if robot}
        taking_back = TakingBack(self.stores.people, self.stores.missed, self.nudges, time.time)
        return Attendance(tenants, self.stores.people, groups, taking_back, time.time)

    def _admission(self) -> Admission:
        return Admission(
            tenants_of(self.settings),
            self.channels,
            self.stores.waits,
            self.stores.rates,
            self.nudges,
            time.time,
        )

    async def _report(self) -> None:
        self.gate.move()
        if self.consuming.is_set():
            parts = self.health.look()
            await self.stores.workers.report(self.mode, parts, sorted(self.health.lesser))


def _is_away(model: Model | None) -> bool:
    """As `workers.parking.CallBack` sees it."""
    return isinstance(model, ModelServers) and not model.room


def _turns(settings: Settings, model: Model | None) -> int:
    """That may be in work at once. Without a model, or while it is away, only the processor limits them."""
    room = model.room if isinstance(model, ModelServers) else 0
    return min(settings.concurrency, with_ahead(room)) if room else settings.concurrency
