"""Two machines with a gateway and a worker each, and one store: nothing says that there are two but its address."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.wiring import redis_url
from tests.house import RETURNS, House, a_house, free_port
from tests.simulators.dingtalk_stream import DingTalkStreamSimulator
from tests.simulators.platform import Platform
from tests.simulators.visitor import a_visitor
from tests.simulators.wecom import WeComSimulator
from tests.simulators.wecom_kf import WeComKfSimulator

pytestmark = [pytest.mark.processes, pytest.mark.asyncio(loop_scope="module")]

CUSTOMERS = 30
QUESTIONS = ("怎么退货", "多久发货", "可以开发票吗")


class Machines:
    """The house is the first; the second has a folder and a port of its own."""

    def __init__(self, house: House, platforms: dict[str, Platform]) -> None:
        self.house = house
        self.platforms = platforms
        self._port = free_port()

    @property
    def gateways(self) -> tuple[str, str]:
        """Their addresses."""
        return self.house.url, f"http://127.0.0.1:{self._port}"

    async def start(self) -> None:
        await self.house.start("valkey", "gateway", "worker")
        second = {
            "KEFU_DATA_DIR": str(self.house.folder / "second"),
            "KEFU_REDIS__URL": redis_url(self.house.settings),
            "KEFU_SERVER__PORT": str(self._port),
        }
        for role in ("gateway", "worker"):
            self.house.spawn(f"{role}-2", self.house.command(role), **second)
        async with self.house.stores() as stores, asyncio.timeout(60):
            while len(await stores.workers.alive()) < 2:
                await asyncio.sleep(0.05)
        async with asyncio.timeout(60):
            while "gateway_listening" not in self.house.log("gateway-2"):
                await asyncio.sleep(0.05)

    async def say_at_both(self, channel: str, user: str, text: str, msg_id: str) -> None:
        """As a platform does that did not hear the first answer, by way of a balancer."""
        platform = self.platforms[channel]
        urls = [f"{gateway}/callbacks/{channel}" for gateway in self.gateways]
        if isinstance(platform, WeComKfSimulator):
            platform.write(user, text, msg_id)
            postings = await asyncio.gather(*map(platform.ring, urls))
        else:
            postings = await asyncio.gather(
                *(platform.say(url, user=user, text=text, msg_id=msg_id) for url in urls)
            )
        assert all(posting.accepted for posting in postings)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def machines(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Machines]:
    folder = tmp_path_factory.mktemp("house")
    async with (
        WeComSimulator() as wecom,
        WeComKfSimulator() as kf,
        DingTalkStreamSimulator(qps=None) as stream,
        a_house(folder, wecom=wecom, kf=kf, stream=stream) as house,
    ):
        machines = Machines(house, {"wecom": wecom, "kf": kf, "stream": stream})
        await machines.start()
        yield machines


@pytest.mark.parametrize("channel", ["wecom", "kf"])
async def test_what_comes_in_at_both_gateways_is_answered_once_and_in_order(
    machines: Machines, channel: str
) -> None:
    async def customer(number: int) -> list[str]:
        user = f"{channel}{number}"
        for place, question in enumerate(QUESTIONS):
            await machines.say_at_both(channel, user, question, f"{number * 10 + place}")
            await machines.platforms[channel].wait_for_replies(user, place + 1, timeout=60)
        return machines.platforms[channel].replies_to(user)

    seen = await asyncio.gather(*map(customer, range(CUSTOMERS)))
    await asyncio.sleep(1)  # in which a second copy would come

    assert [len(machines.platforms[channel].replies_to(f"{channel}{n}")) for n in range(CUSTOMERS)] == [
        len(QUESTIONS)
    ] * CUSTOMERS
    assert all(RETURNS in replies[0] and "48" in replies[1] and "发票" in replies[2] for replies in seen)
    for worker in ("worker", "worker-2"):
        assert "turn_answered" in machines.house.log(worker), "both take their part"


async def test_a_visitor_hears_at_one_gateway_what_was_asked_at_the_other(machines: Machines) -> None:
    here, there = machines.gateways
    async with a_visitor(here) as visitor, visitor.at(there).follow() as feed:
        await visitor.ask("怎么退货", "q1")
        reply = await anext(feed)

    assert reply.kind == "reply"
    assert RETURNS in reply.data["text"]


async def test_each_gateway_has_its_stream_and_the_one_that_stays_takes_over(machines: Machines) -> None:
    stream = machines.platforms["stream"]
    assert isinstance(stream, DingTalkStreamSimulator)
    await stream.wait_for_sockets(2)
    for number in range(10):
        await stream.say(user=f"staff{number}", text="怎么退货")
    for number in range(10):
        assert len(await stream.wait_for_replies(f"staff{number}", timeout=30)) == 1

    assert await asyncio.to_thread(machines.house.kill, "gateway-2", signal.SIGTERM) == 0
    assert len(stream.open_sockets) == 1
    await stream.say(user="late", text="怎么退货")
    assert len(await stream.wait_for_replies("late", timeout=30)) == 1


async def test_a_worker_that_is_killed_leaves_its_customers_to_the_other(machines: Machines) -> None:
    wecom, url = machines.platforms["wecom"], machines.house.callback("wecom")
    users = [f"last{number}" for number in range(CUSTOMERS)]
    await asyncio.gather(*(wecom.say(url, user=user, text="怎么退货") for user in users))

    machines.house.kill("worker-2")

    for user in users:
        assert RETURNS in (await wecom.wait_for_replies(user, timeout=60))[0]
