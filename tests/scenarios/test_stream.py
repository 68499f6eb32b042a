"""DingTalk in stream mode: nothing calls us, and yet every message is answered, once."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from tests.house import RETURNS, House, a_house
from tests.simulators.dingtalk_stream import DingTalkStreamSimulator

pytestmark = pytest.mark.processes


@pytest.fixture(autouse=True)
def _counted(house: House) -> None:
    house.counted = True


CUSTOMERS = 60


@pytest.fixture
async def stream() -> AsyncIterator[DingTalkStreamSimulator]:
    async with DingTalkStreamSimulator(redeliver_after=1.0, redeliveries=60, qps=None) as simulator:
        yield simulator


@pytest.fixture
async def house(tmp_path: Path, stream: DingTalkStreamSimulator) -> AsyncIterator[House]:
    async with a_house(tmp_path, stream=stream) as house:
        yield house


async def test_a_message_over_the_stream_is_answered_once(
    house: House, stream: DingTalkStreamSimulator
) -> None:
    await house.start("valkey", "worker", "gateway")
    await stream.wait_for_sockets(1)

    posting = await stream.say(user="staff1", text="怎么退货", copies=3)

    (answer,) = await stream.wait_for_replies("staff1", timeout=30)
    assert RETURNS in answer
    assert len(posting.attempts) == 3
    async with aiohttp.ClientSession() as session:
        async with session.post(house.callback("stream"), json={}) as response:
            assert response.status == 404
        async with session.get(f"{house.url}/metrics") as response:
            assert 'kefu_stream_connections{channel="stream"} 1.0' in await response.text()

    assert await asyncio.to_thread(house.kill, "gateway", signal.SIGTERM) == 0
    assert stream.open_sockets == []
    assert stream.replies_to("staff1") == [answer], "delivered three times, answered once"
    assert "Traceback" not in house.log("gateway")


async def test_the_gateway_is_killed_while_a_crowd_writes(
    house: House, stream: DingTalkStreamSimulator
) -> None:
    killed = asyncio.Event()

    async def customer(number: int) -> bool:
        """The first forty one after the other, so that the end comes in their midst; the rest after it."""
        if number < 40:
            await asyncio.sleep(number * 0.02)
        else:
            await killed.wait()
        return (await stream.say(user=f"c{number:02}", text="多久发货")).accepted

    await house.start("valkey", "worker", "gateway")
    await stream.wait_for_sockets(1)
    writing = asyncio.gather(*map(customer, range(CUSTOMERS)))
    while len(stream.record.postings) < 10:
        await asyncio.sleep(0.01)

    house.kill("gateway")
    killed.set()
    await house.start("gateway")

    assert all(await writing)
    for number in range(CUSTOMERS):
        await stream.wait_for_replies(f"c{number:02}", timeout=60)
    assert len(stream.record.seen) == CUSTOMERS


async def test_doctor_finds_a_robot_that_would_get_no_connection(
    house: House, stream: DingTalkStreamSimulator
) -> None:
    well = await asyncio.to_thread(house.run, "doctor")
    house.environment["KEFU_CHANNELS__STREAM__CLIENT_SECRET"] = "not-the-secret"
    ill = await asyncio.to_thread(house.run, "doctor")

    assert "wrong" not in well.stdout
    assert "wrong channels.stream: " in ill.stdout
