"""The store goes away under a steady stream: doors go on acknowledging, and everybody is answered once, in order."""

from __future__ import annotations

import asyncio
import signal
import time
from pathlib import Path

import pytest

from tests.chaos.outage import Figures, Stream, a_stream
from tests.house import House

pytestmark = pytest.mark.processes

PLATFORM_LIMIT_S = 5.0


async def the_store_is_killed(house: House, stream: Stream, seconds: float) -> None:
    stream.disturbed.append(time.time())
    house.kill("valkey")
    await asyncio.sleep(seconds)
    await house.start("valkey")
    stream.disturbed.append(time.time())


async def the_store_stands_still(house: House, stream: Stream, seconds: float) -> None:
    stream.disturbed.append(time.time())
    house.running["valkey"].send_signal(signal.SIGSTOP)
    await asyncio.sleep(seconds)
    house.running["valkey"].send_signal(signal.SIGCONT)
    stream.disturbed.append(time.time())


async def the_spool_is_empty(house: House) -> None:
    """Until then what comes goes through it, too, and a second trouble would be one with the first."""
    async with asyncio.timeout(20):
        while "spool_emptied" not in house.log("gateway"):
            await asyncio.sleep(0.1)


def check_all_is_well(figures: Figures) -> None:
    print(figures)
    assert figures.acknowledged == figures.sent
    assert figures.slowest_s < PLATFORM_LIMIT_S / 2
    assert figures.verdict.good, figures.verdict


async def test_a_store_that_dies_and_one_that_stands_still_lose_and_double_nothing(tmp_path: Path) -> None:
    async with a_stream(tmp_path, rate=20, customers=40) as (house, stream):
        async with stream.flowing():
            await asyncio.sleep(0.5)
            await the_store_is_killed(house, stream, 2)
            await the_spool_is_empty(house)
            await the_store_stands_still(house, stream, 3)
            await stream.is_normal(within=20)
        await stream.is_answered(within=20)

        check_all_is_well(stream.figures())
        assert house.log("gateway").count("spool_in_use") >= 2, "once for each"
        assert list((tmp_path / "data" / "spool").glob("*.db*")) == []


@pytest.mark.long
async def test_a_minute_without_the_store_under_a_hundred_messages_a_second(tmp_path: Path) -> None:
    async with a_stream(tmp_path, rate=100, customers=400) as (house, stream):
        async with stream.flowing():
            await asyncio.sleep(5)
            await the_store_is_killed(house, stream, 60)
            normal = await stream.is_normal(within=60)
            await asyncio.sleep(5)
        await stream.is_answered(within=60)

        print(f"back to normal {normal:.1f} s after the store's return")
        check_all_is_well(stream.figures())
        assert normal < 30
