"""Kefu in this very process: the real doors, store and worker, with the platforms next door.

Only Celery's own worker is left out: nudges are taken from its queues here, as it would take them.
"""

from __future__ import annotations

import asyncio
import base64
import json
import time
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import aiohttp
from aiohttp import web

from adapters.gateway import application
from bot.broker import queue_key
from bot.model.server import Server
from bot.model.servers import ModelServers
from bot.ports import Embeddings
from bot.settings import Settings
from bot.store.codec import decode
from bot.store.keys import Keys, opinions
from bot.store.records import Answered
from bot.store.redis import connect
from bot.types import Conversation, Opinion, Outcome, Work
from bot.waiting import end
from bot.wiring import build_model
from knowledge.embed import BundledEmbedder
from knowledge.embed_together import Together
from knowledge.library import Library, open_library
from tests.scenarios.stories import shop
from tests.scenarios.stories.parts import Eyes, Shelf
from tests.scenarios.stories.reader import Reader
from tests.simulators.dingtalk import DingTalkSimulator
from tests.simulators.shop import ShopServer
from tests.simulators.wecom import WeComSimulator
from tests.simulators.wecom_bot import WeComBotSimulator
from tests.simulators.wecom_kf import WeComKfSimulator
from workers.clerk import Clerk
from workers.degraded import Lesser
from workers.loop import LoopThread
from workers.runtime import Runtime

_WITHIN_S: Final = 30.0


class Watch:
    """Tells the model's time."""

    def __init__(self) -> None:
        self._ahead = 0.0

    def __call__(self) -> float:
        """Seconds."""
        return time.monotonic() + self._ahead

    def skip(self, seconds: float) -> None:
        """So much has passed."""
        self._ahead += seconds


class ThisLoop(LoopThread):
    """The loop that the test runs in."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Beside everything else."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


@dataclass(frozen=True)
class Street:
    """Everything a story can be about."""

    url: str
    runtime: Runtime
    turns: asyncio.Event
    """Turns begin while it is set."""
    watch: Watch
    shelf: Shelf
    eyes: Eyes
    model: Reader
    server: ShopServer
    wecom: WeComSimulator
    dingtalk: DingTalkSimulator
    bot: WeComBotSimulator
    kf: WeComKfSimulator

    @property
    def desk(self) -> Clerk:
        """Where the shop's people sit."""
        stores = self.runtime.stores
        return Clerk(self.runtime.settings, stores.people, stores.journal, self.runtime.nudges, time.time)

    def callback(self, door: str) -> str:
        """Where a platform calls."""
        return f"{self.url}/callbacks/{door}"

    async def outcomes(self, conversation: Conversation) -> list[Outcome | None]:
        """How its turns ended, by the journal, oldest first."""
        entries: Any = await self.runtime.stores.client.xrange(Keys(conversation).journal)
        turns = [decode(fields[b"data"], Answered) for _, fields in entries if fields[b"kind"] == b"answered"]
        return [turn.outcome for turn in turns if turn.conversation == str(conversation)]

    async def opinions(self, conversation: Conversation) -> list[Opinion]:
        """What its customer thinks of its replies, oldest first."""
        keys = Keys(conversation)
        entries: Any = await self.runtime.stores.client.xrange(opinions(keys.partition))
        each = [decode(fields[b"data"], Opinion) for _, fields in entries]
        return [one for one in each if one.conversation == conversation]

    async def is_summed_up(self, conversation: Conversation) -> None:
        """Returns once what was said first in it is."""
        async with asyncio.timeout(_WITHIN_S):
            while await self.runtime.stores.summaries.of(conversation) is None:
                await asyncio.sleep(0.02)

    async def said_to_a_person(self, conversation: Conversation, text: str) -> None:
        """Returns once it lies before them."""
        async with asyncio.timeout(_WITHIN_S):
            while text not in [said.text for said in (await self.desk.look(conversation)).history]:
                await asyncio.sleep(0.02)

    async def is_degraded(self, way: Lesser) -> bool:
        """Whether answers are made in this lesser way, by the gateway's own word."""
        await self.runtime.announce()
        async with aiohttp.ClientSession() as session, session.get(f"{self.url}/readyz") as answer:
            return way in (await answer.json())["degraded"]

    async def time_passes(self, seconds: float) -> None:
        """For the model, which is looked at all the while."""
        self.watch.skip(seconds)
        for server in self._servers:
            await server.look()

    def refusal(self, tenant: str) -> str:
        """Its own line for what it can't answer."""
        return self.runtime.settings.tenant(tenant).refusal

    def greeting(self, tenant: str) -> str:
        """Its own first line."""
        return self.runtime.settings.tenant(tenant).greeting

    async def another_day(self) -> None:
        """Everything works, nobody has said anything yet, and nobody remembers."""
        self.turns.set()
        self.model.well_again()
        self.shelf.put_back()
        self.eyes.put_back()
        self.server.status, self.server.delay, self.server.page = 200, 0.0, None
        for server in self._servers:
            server.breaker.ended(None, probe=False)
            server.slow = False
            await server.look()
        for breaker in self.runtime.tools.breakers.values():
            breaker.ended(None, probe=False)
        async with asyncio.timeout(_WITHIN_S):
            while any((await self.runtime.stores.schedule.waiting()).values()):
                await asyncio.sleep(0.02)
        await self.runtime.stores.client.flushall()
        await self.runtime.announce()

    @property
    def _servers(self) -> Sequence[Server]:
        assert isinstance(self.runtime.model, ModelServers)
        return self.runtime.model.servers


@asynccontextmanager
async def a_street(folder: Path, redis: str) -> AsyncIterator[Street]:
    """Open, with its knowledge learned."""
    shelves: list[Shelf] = []
    watch, turns = Watch(), asyncio.Event()
    eyes = Eyes(Together(BundledEmbedder(), at_once=1, most=8))

    async def library(settings: Settings, remembered: Embeddings) -> Library:
        opened = await open_library(settings, remembered, (eyes, {"embedding": eyes.breaker}))
        shelves.append(Shelf(opened.retriever))
        opened.retriever = shelves[0]
        opened.breakers["qdrant"] = shelves[0].breaker
        return opened

    async with (
        Reader() as model,
        ShopServer() as server,
        WeComSimulator() as wecom,
        DingTalkSimulator(qps=None) as dingtalk,
        WeComBotSimulator() as bot,
        WeComKfSimulator() as kf,
    ):
        settings = shop.settings(folder, redis, model.base_url, server, wecom, dingtalk, bot, kf)
        runtime = await Runtime.open(settings, ThisLoop(), library, partial(build_model, clock=watch))
        try:
            async with _doors(settings) as url, _nudged(runtime, redis, turns):
                await runtime.announce()
                yield Street(
                    url, runtime, turns, watch, shelves[0], eyes, model, server, wecom, dingtalk, bot, kf
                )
        finally:
            await runtime.close()


@asynccontextmanager
async def _doors(settings: Settings) -> AsyncIterator[str]:
    async with application(settings) as app:
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
        await runner.cleanup()


@asynccontextmanager
async def _nudged(runtime: Runtime, redis: str, turns: asyncio.Event) -> AsyncIterator[None]:
    """Whoever is nudged works."""

    async def answer(ticket: Conversation) -> None:
        await turns.wait()
        await runtime.rounds.answer(ticket)

    work = {
        Work.ANSWER: answer,
        Work.DELIVER: runtime.deliveries.run,
        Work.PULL: runtime.puller.pull,
    }
    kinds = {queue_key(kind).encode(): do for kind, do in work.items()}
    client, here = connect(redis), ThisLoop()

    async def take() -> None:
        while True:
            taken: Any = client.brpop([key.decode() for key in kinds], timeout=1)
            if found := await taken:
                key, nudge = found
                ((conversation,), _, _) = json.loads(base64.b64decode(json.loads(nudge)["body"]))
                here.spawn(kinds[key](Conversation.parse(conversation)))

    taking = asyncio.create_task(take())
    try:
        yield
    finally:
        await end([taking])
        await client.aclose()
