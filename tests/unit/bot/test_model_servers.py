"""Several model servers as one: who gets the call, what happens when one fails, and how full they are kept."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from bot.errors import Busy, Hurried, Refused, Unavailable, Unusable
from bot.model.choose import choose
from bot.model.gauge import Gauge, is_near
from bot.model.load import Load
from bot.model.openai_chat import OpenAIModel
from bot.model.server import Health, Server
from bot.model.servers import ModelServers
from bot.ports import Heard, Prompt
from bot.settings import ModelSettings
from bot.wiring import build_model
from tests.builders import some_settings
from tests.fakes import ScriptedModel
from tests.simulators.model import ModelSimulator

PROMPT = Prompt("你是客服", (), "怎么退货")
ANSWER = "七天内可以退货。"


@pytest.fixture
async def rooms() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as stack:
        yield stack


async def servers(rooms: AsyncExitStack, *simulators: ModelSimulator, most: int = 64) -> ModelServers:
    """As they are wired, but for a shorter look."""
    for simulator in simulators:
        await rooms.enter_async_context(simulator)
    tables = [{"name": f"s{n}", "base_url": one.base_url} for n, one in enumerate(simulators)]
    made = build_model(
        some_settings(model={"model": "qwen", "servers": tables, "max_in_flight": most, "timeout_s": 5})
    )
    assert made
    model = ModelServers(made.servers, every=0.02)
    rooms.push_async_callback(model.close)
    return model


def a_server(name: str, *, most: int = 8, in_flight: int = 0, load: Load | None = None) -> Server:
    server = Server(name, ScriptedModel("好"), most=most, slow_s=9)
    server.in_flight, server.load = in_flight, load
    return server


def test_the_least_loaded_gets_the_call() -> None:
    busy, idle = a_server("a", in_flight=6), a_server("b", in_flight=1)
    assert {choose([busy, idle], f"shop {n}") for n in range(20)} == {idle}

    large = a_server("c", most=64, in_flight=7)
    assert choose([idle, large], "shop") is large, "by its share, not by its number"


def test_between_equals_it_is_the_one_where_others_wait_least() -> None:
    shared = a_server("a", load=Load(running=10, waiting=30))
    ours = a_server("b", load=Load(running=10, waiting=0))

    assert {choose([shared, ours], f"shop {n}") for n in range(20)} == {ours}


def test_a_tenants_turns_go_to_the_same_server_while_loads_are_equal() -> None:
    three = [a_server(name) for name in "abc"]
    homes = {shop: choose(three, shop) for shop in map(str, range(60))}
    assert all(choose(reversed(three), shop) is home for shop, home in homes.items())
    assert {server.name for server in homes.values() if server} == {"a", "b", "c"}

    gone = three.pop()
    moved = {shop for shop, home in homes.items() if choose(three, shop) is not home}
    assert moved == {shop for shop, home in homes.items() if home is gone}, "nobody else moves"


def test_nobody_is_chosen_who_is_full_or_away() -> None:
    full, away = a_server("a", in_flight=8), Server("b", ScriptedModel("好"), most=8, slow_s=9, starting=True)

    assert choose([full, away], "shop") is None


async def test_a_call_that_fails_is_tried_on_another_server_once(rooms: AsyncExitStack) -> None:
    broken, well = ModelSimulator(), ModelSimulator()
    broken.status = 500
    model = await servers(rooms, broken, well)

    assert [await model.complete(PROMPT, timeout=5) for _ in range(12)] == [ANSWER] * 12

    assert len(well.asked) == 12
    assert len(broken.asked) <= 5, "then it is left alone"
    assert model.mode == "model"


async def test_what_a_customer_has_seen_the_beginning_of_is_said_by_nobody_else(
    rooms: AsyncExitStack,
) -> None:
    first, second = ModelSimulator(), ModelSimulator()
    for simulator in (first, second):
        simulator.allowed = 1
    model = await servers(rooms, first, second)
    heard: list[str] = []
    answer = asyncio.create_task(model.complete(PROMPT, timeout=5, heard=heard.append))
    await until(lambda: bool(heard))

    first.hang_up()
    second.hang_up()

    with pytest.raises(Unavailable):
        await answer
    assert len(first.asked) + len(second.asked) == 1


async def test_what_a_server_refuses_no_other_is_asked(rooms: AsyncExitStack) -> None:
    first, second = ModelSimulator(), ModelSimulator()
    first.status = second.status = 400
    model = await servers(rooms, first, second)

    with pytest.raises(Refused):
        await model.complete(PROMPT, timeout=5)

    assert len(first.asked) + len(second.asked) == 1


async def test_while_all_are_away_the_refusal_takes_no_time(
    rooms: AsyncExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.model.server._FAIR_S", 0.05)
    slow = ModelSimulator()
    slow.delay = 30
    model = await servers(rooms, slow)
    for _ in range(5):
        with pytest.raises(Unavailable):
            await model.complete(PROMPT, timeout=0.1)

    started = time.perf_counter()
    for _ in range(100):
        with pytest.raises(Unavailable, match="no model server can be asked"):
            await model.complete(PROMPT, timeout=30)

    assert time.perf_counter() - started < 1
    assert len(slow.asked) == 5
    assert model.mode == "faq", "as the shop's page says"


async def test_a_model_that_says_nothing_is_asked_on_another_server_and_left_alone_by_nobody(
    rooms: AsyncExitStack,
) -> None:
    silent, well = ModelSimulator(), ModelSimulator()
    silent.content = ""
    model = await servers(rooms, silent, well)

    assert [await model.complete(PROMPT, timeout=5) for _ in range(20)] == [ANSWER] * 20
    assert len(well.asked) == 20
    assert set(model.health.values()) == {Health.OK}

    alone = await servers(rooms, mute := ModelSimulator())
    mute.content = ""
    for _ in range(6):
        with pytest.raises(Unusable, match="said nothing"):
            await alone.complete(PROMPT, timeout=5)
    assert set(alone.health.values()) == {Health.OK}
    assert alone.room == 64, "it is given no less"


async def test_who_has_no_time_left_finds_no_fault_with_a_server() -> None:
    time_ = Time()
    slow = Slow(time_)
    server = Server("model", slow, most=8, slow_s=15, clock=time_)

    for _ in range(6):
        with pytest.raises(Hurried):
            await server.complete(PROMPT, timeout=1, heard=None)
    assert server.usable, "it was never given the time"

    assert await server.complete(PROMPT, timeout=28, heard=None) == "好的。"
    for _ in range(6):
        with pytest.raises(Hurried):
            await server.complete(PROMPT, timeout=5, heard=None)
    assert server.usable, "it takes six seconds"
    assert server.window.size == 8

    slow.seconds = 1000
    for _ in range(5):
        with pytest.raises(Unavailable, match="in time"):
            await server.complete(PROMPT, timeout=28, heard=None)
    assert not server.usable


async def test_one_that_was_away_is_asked_again_when_it_is_back() -> None:
    scripted, time_ = ScriptedModel(Unavailable("it is away")), Time()
    server = Server("model", scripted, most=8, slow_s=9, clock=time_)
    model = ModelServers([server], clock=time_)
    for _ in range(6):
        with pytest.raises(Unavailable):
            await model.complete(PROMPT, timeout=5)
    assert len(scripted.prompts) == 5

    scripted.lines = ["好的。"]
    time_.now += 3

    assert await model.complete(PROMPT, timeout=5) == "好的。"
    assert model.health == {"model": Health.OK}


async def test_a_look_finds_out_before_a_customer_does_and_sees_it_come_back() -> None:
    scripted, time_ = ScriptedModel(Unavailable("it is away")), Time()
    model = ModelServers([Server("model", scripted, most=8, slow_s=9, clock=time_)], clock=time_)
    await model.look()
    assert model.mode == "model", "nobody asked it for a moment only"

    time_.now += 20
    await model.look()
    assert model.health == {"model": Health.AWAY}
    with pytest.raises(Unavailable):
        await model.complete(PROMPT, timeout=5)
    assert scripted.prompts == []

    scripted.lines = ["好的。"]
    await model.look()
    assert await model.complete(PROMPT, timeout=5) == "好的。"


async def test_one_that_was_gone_for_long_is_asked_as_soon_as_a_look_sees_it() -> None:
    scripted, time_ = ScriptedModel(Unavailable("it is away")), Time()
    server = Server("model", scripted, most=8, slow_s=9, clock=time_)
    for _ in range(5):
        with pytest.raises(Unavailable):
            await server.complete(PROMPT, timeout=60, heard=None)
    await server.look()
    assert not server.usable

    scripted.lines = ["好的。"]
    await server.look()

    assert server.usable


async def test_a_look_that_ends_in_a_bug_is_told_and_not_the_last() -> None:
    class Buggy(ScriptedModel):
        async def ping(self) -> None:
            if len(self.lines) > 1:
                raise KeyError(self.lines.pop(0))

    scripted = Buggy("first", "好的。")
    model = ModelServers([Server("model", scripted, most=8, slow_s=9, starting=True)], every=0.01)
    watching = asyncio.create_task(model.watch())
    with capture_logs() as logs:
        await until(lambda: model.mode == "model")
    watching.cancel()

    (told,) = [line for line in logs if line["log_level"] == "error"]
    assert told["event"] == "model_server_not_looked_at"


async def test_a_server_that_is_starting_is_not_asked_before_it_is_up() -> None:
    scripted = ScriptedModel(Unavailable("it loads"))
    model = ModelServers([Server("model", scripted, most=8, slow_s=9, starting=True)])
    await model.look()
    assert model.mode == "starting"
    with pytest.raises(Unavailable):
        await model.complete(PROMPT, timeout=5)
    assert scripted.prompts == []

    scripted.lines = ["好的。"]
    await model.look()

    assert model.mode == "model"
    assert await model.complete(PROMPT, timeout=5) == "好的。"


async def test_who_is_told_to_come_later_waits_and_is_answered(rooms: AsyncExitStack) -> None:
    small = ModelSimulator(capacity=2, queue=0)
    small.delay = 0.05
    model = await servers(rooms, small)

    answers = await asyncio.gather(*(model.complete(PROMPT, timeout=30) for _ in range(12)))

    assert answers == [ANSWER] * 12
    assert small.refused > 0
    assert model.servers[0].window.size < 64, "it is given less at once"
    assert model.mode == "model", "it is well"


async def test_told_to_come_later_again_and_again_a_call_gives_up() -> None:
    model = ModelServers([Server("model", ScriptedModel(Busy("full", retry_after=0.01)), most=8, slow_s=9)])

    with pytest.raises(Busy):
        await model.complete(PROMPT, timeout=5)
    with pytest.raises(Busy):
        await ModelServers(
            [Server("model", ScriptedModel(Busy("full", retry_after=60)), most=8, slow_s=9)]
        ).complete(PROMPT, timeout=1)


async def test_no_more_are_under_way_than_the_window_and_they_come_in_order(rooms: AsyncExitStack) -> None:
    server = ModelSimulator()
    server.delay = 0.02
    model = await servers(rooms, server, most=2)

    prompts = [replace(PROMPT, question=str(n), background=n == 2) for n in range(6)]
    await asyncio.gather(*(model.complete(prompt, timeout=5) for prompt in prompts))

    assert server.most_running == 2
    asked = [one["messages"][-1]["content"] for one in server.asked]
    assert sorted(asked[:2]) == ["0", "1"]
    assert asked[-1] == "2", "nobody waits for that one"


async def test_a_place_is_given_back_whatever_becomes_of_a_call(rooms: AsyncExitStack) -> None:
    server = ModelSimulator()
    server.delay = 30
    model = await servers(rooms, server, most=1)
    running = asyncio.create_task(model.complete(PROMPT, timeout=30))
    await until(lambda: len(server.asked) == 1)
    waiting = asyncio.create_task(model.complete(PROMPT, timeout=30))
    with pytest.raises(Unavailable, match="a place in time"):
        await model.complete(PROMPT, timeout=0.05)

    waiting.cancel()
    running.cancel()
    await asyncio.wait([waiting, running])
    server.delay = 0

    assert await model.complete(PROMPT, timeout=5) == ANSWER
    assert model.servers[0].in_flight == 0


async def test_two_processes_keep_a_servers_batch_full_and_its_queue_short(rooms: AsyncExitStack) -> None:
    shared = ModelSimulator(capacity=8)
    shared.delay = 0.1
    one = await servers(rooms, shared, most=32)
    two = ModelServers(
        [
            Server(
                "again",
                OpenAIModel(ModelSettings(base_url=shared.base_url, model="qwen")),
                most=32,
                slow_s=9,
                gauge=Gauge(shared.base_url),
            )
        ],
        every=0.02,
    )
    rooms.push_async_callback(two.close)
    asking = [asyncio.create_task(ask_for_ever(model)) for model in (one, two) for _ in range(32)] + [
        asyncio.create_task(model.watch()) for model in (one, two)
    ]

    await until(lambda: one.room + two.room <= 16)
    await until(lambda: shared.waiting <= 6)
    seen: list[tuple[int, int]] = []
    for _ in range(40):
        await asyncio.sleep(0.02)
        seen.append((shared.running, shared.waiting))
    for task in asking:
        task.cancel()
    await asyncio.wait(asking)

    assert sum(running for running, _ in seen) / len(seen) > 4, (
        "8 but for what this machine takes to ask anew"
    )
    assert sum(waiting for _, waiting in seen) / len(seen) < 8, "of 56 at first"


async def test_a_server_without_metrics_is_served_all_the_same(rooms: AsyncExitStack) -> None:
    plain, large = ModelSimulator(), ModelSimulator()
    plain.tells_load = False
    model = await servers(rooms, plain, large)
    await model.look()

    assert [server.load for server in model.servers] == [None, Load(0, 0, 0.9)]


async def test_a_page_of_metrics_without_end_is_left_unread(
    rooms: AsyncExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = await rooms.enter_async_context(ModelSimulator())
    gauge = Gauge(server.base_url)
    rooms.push_async_callback(gauge.close)
    assert await gauge.read()

    monkeypatch.setattr("bot.model.gauge._AT_MOST_BYTES", 500)
    assert await gauge.read() is None


@pytest.mark.parametrize(
    ("url", "near"),
    [
        ("http://127.0.0.1:8000/v1", True),
        ("http://10.1.2.3:8000/v1", True),
        ("http://[fd00::1]:8000/v1", True),
        ("http://vllm:8000/v1", True),
        ("http://vllm.models.svc.cluster.local/v1", True),
        ("http://8.8.8.8/v1", False),
        ("https://api.example.com/v1", False),
    ],
)
def test_only_near_servers_are_asked_for_their_metrics(url: str, near: bool) -> None:
    assert is_near(url) is near


async def test_each_servers_own_settings_win() -> None:
    table = {"name": "b", "base_url": "http://b:8000/v1", "api_key": "k", "max_in_flight": 7}
    settings = some_settings(
        model={"model": "qwen", "servers": [{"name": "a", "base_url": "http://a:8000/v1"}, table]}
    )
    a, b = settings.model.each.values()

    assert (a.max_in_flight, b.max_in_flight) == (64, 7)
    assert (a.api_key, b.api_key and b.api_key.get_secret_value()) == (None, "k")
    assert settings.concurrency == 71 + 8, "and some that are being prepared"


async def ask_for_ever(model: ModelServers) -> None:
    while True:
        await model.complete(PROMPT, timeout=30)


class Time:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Slow(ScriptedModel):
    """Takes its time, by a clock that can be set."""

    def __init__(self, time_: Time) -> None:
        super().__init__("好的。")
        self.time = time_
        self.seconds = 6.0

    async def complete(self, prompt: Prompt, *, timeout: float, heard: Heard | None = None) -> str:
        self.time.now += min(self.seconds, timeout)
        if self.seconds > timeout:
            raise Unavailable("the model did not answer in time")
        return await super().complete(prompt, timeout=timeout, heard=heard)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.01)
