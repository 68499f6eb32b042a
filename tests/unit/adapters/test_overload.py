"""A gateway with too much to do: who is answered is answered in time, and who is not is told so."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from statistics import mean

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request
from prometheus_client import REGISTRY

from adapters import server
from adapters.health import Health
from adapters.intake import Intake
from adapters.overload import Late, Overload, waited
from adapters.webchat.routes import WebChatRoutes
from bot.channel import HttpAnswer, Kept, RawRequest, Received, Taken
from bot.settings import ServerSettings
from bot.store.redis import Client
from bot.types import Conversation, Message
from bot.wiring import Stores
from tests.builders import a_conversation, a_message, some_settings
from tests.conftest import SettableClock
from tests.fakes import FreeRates, RecordingChannel
from tests.proofs.load.connections import Connections
from tests.unit.adapters.test_health import Dry, nobody

LINUX = pytest.mark.skipif(not hasattr(socket, "TCP_INFO"), reason="no kernel that tells")


def test_who_was_kept_waiting_for_too_long_is_turned_away(clock: SettableClock) -> None:
    overload = Overload(within_s=2, clock=clock)
    overload.check(0.9)

    with pytest.raises(Late):
        overload.check(1.1)


def test_what_the_rest_of_the_way_took_others_counts(clock: SettableClock) -> None:
    overload = Overload(within_s=2, clock=clock)
    with overload.under_way():
        clock.now += 1.5

    overload.check(0.6)  # nobody is before it

    with ExitStack() as many:
        for _ in range(10):
            many.enter_context(overload.under_way())
        overload.check(0.4)
        with pytest.raises(Late):
            overload.check(0.6)

        clock.now += 1.1  # nobody knows any more how it is
        overload.check(0.6)


def test_of_a_few_one_that_was_slow_says_nothing(clock: SettableClock) -> None:
    overload = Overload(within_s=2, clock=clock)
    with overload.under_way():
        clock.now += 1.5

    with ExitStack() as few:
        for _ in range(8):
            few.enter_context(overload.under_way())
        overload.check(0.6)


def test_a_store_that_takes_its_second_is_no_overload(clock: SettableClock) -> None:
    overload = Overload(clock=clock)
    with overload.under_way():
        for _ in range(20):
            overload.check(0.1)
            with overload.under_way():
                clock.now += 0.9


def test_who_has_hung_up_is_not_worked_for() -> None:
    request = make_mocked_request("POST", "/callbacks/door")
    assert request.transport is not None
    request.transport.is_closing.return_value = True  # type: ignore[attr-defined]  # aiohttp's own mock

    with pytest.raises(Late):
        Overload().check(waited(request))


class Slow(RecordingChannel):
    """A door that takes a part of a second of the processor for each call."""

    each_s = 0.01

    def __init__(self) -> None:
        super().__init__()
        self.took: list[float] = []
        """Seconds; more on a busy machine."""

    def receive(self, request: RawRequest) -> Received:
        began = time.monotonic()
        time.sleep(self.each_s)
        self.took.append(time.monotonic() - began)
        name = request.body.decode()
        return a_message(id=name, conversation=a_conversation(name))

    async def acknowledge(self, received: Taken, request: RawRequest) -> HttpAnswer:
        return HttpAnswer(body=b"success")


class Gateway:
    """The real routes, with a list for a store."""

    def __init__(self) -> None:
        self.stored: list[str] = []
        self.door = Slow()
        self.port = 0

    async def keep(self, item: Kept) -> None:
        await asyncio.sleep(0.001)
        assert isinstance(item, Message)
        self.stored.append(item.id)

    @asynccontextmanager
    async def serving(self, stores: Stores, overload: Overload) -> AsyncIterator[Gateway]:
        async def in_place(_: Conversation) -> bool:
            return True

        async def describe(_: str) -> dict[str, object]:
            return {}

        health = Health(
            stores.schedule,
            stores.workers,
            parked=stores.parking.count,
            people=nobody,
            given_up=stores.letters.counts,
            spool=Dry(),
        )
        chat = WebChatRoutes({}, self.keep, stores.feed, FreeRates(), describe)
        intake = Intake(self.keep, in_place)
        app = server.build(ServerSettings(), {"door": self.door}, intake, health, chat, overload)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0, backlog=1024).start()
        self.port = runner.addresses[0][1]
        try:
            yield self
        finally:
            await runner.cleanup()


def call(name: str) -> bytes:
    head = f"POST /callbacks/door HTTP/1.1\r\nHost: door\r\nContent-Length: {len(name)}\r\n\r\n"
    return (head + name).encode()


@LINUX
async def test_a_flood_beyond_its_rate_is_stored_in_time_or_told_to_come_again(fake_redis: Client) -> None:
    names = [f"m{number}" for number in range(400)]  # four seconds' work
    statuses: dict[str, int] = {}
    seconds: dict[str, float] = {}
    turned_away = REGISTRY.get_sample_value("kefu_callbacks_turned_away_total") or 0
    overload = Overload(within_s=1.0)
    async with Gateway().serving(Stores.over(fake_redis, some_settings()), overload) as gateway:
        platform = Connections("127.0.0.1", gateway.port, timeout=30, most=len(names))

        async def deliver(name: str) -> None:
            began = time.monotonic()
            statuses[name] = await platform.call(call(name))
            seconds[name] = time.monotonic() - began

        async def look() -> int:
            await asyncio.sleep(0.1)
            return await platform.call(b"GET /healthz HTTP/1.1\r\nHost: door\r\n\r\n")

        await deliver(names[0])  # a busy machine may get to all the others too late
        healthy, *_ = await asyncio.gather(look(), *map(deliver, names[1:]))
        taken = {name for name, status in statuses.items() if status == 200}
        refused = [name for name, status in statuses.items() if status == 503]

        assert healthy == 200, "who asks for our health is no callback"
        assert (len(taken) + len(refused), set(gateway.stored)) == (len(names), taken)
        assert len(refused) > 100
        assert taken
        all_of_them = mean(gateway.door.took) * len(names)
        assert max(seconds.values()) < all_of_them, "nobody waited until all were worked for"
        assert REGISTRY.get_sample_value("kefu_callbacks_turned_away_total") == turned_away + len(refused)

        for name in refused[:20]:
            while statuses[name] == 503:  # as the platform does
                await deliver(name)
        platform.close()

    assert [statuses[name] for name in refused[:20]] == [200] * 20
    assert len(gateway.stored) == len(set(gateway.stored)) == len(taken) + 20
