"""DingTalk in stream mode: nothing calls us, and yet every message is answered, once."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.store.keys import Keys
from bot.types import Conversation
from tests.house import RETURNS, House, a_house
from tests.scenarios.conftest import Talking
from tests.simulators.dingtalk_cards import TEMPLATE
from tests.simulators.dingtalk_stream import DingTalkStreamSimulator

pytestmark = pytest.mark.processes


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
    house.counted = True
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


@pytest.mark.long
async def test_an_answer_on_a_card_is_seen_once_and_its_buttons_are_heard(
    tmp_path: Path, stream: DingTalkStreamSimulator
) -> None:
    environment = {"KEFU_CHANNELS__STREAM__CARD_TEMPLATE_ID": TEMPLATE}
    async with a_house(tmp_path, stream=stream, environment=environment) as house:
        await house.start("valkey", "worker", "gateway")
        await stream.wait_for_sockets(1)
        await stream.say(user="staff1", text="怎么退货", copies=3)
        (answer,) = await stream.wait_for_replies("staff1", timeout=30)
        (card,) = stream.cards.all

        await stream.cards.press(card, user="staff1", action="bad", copies=2)
        await stream.cards.press(card, user="staff1", action="ask", params={"text": "多久发货"}, copies=3)

        assert RETURNS in answer
        assert card.private["staff1"]["opinion"] == "bad"
        _, second = await stream.wait_for_replies("staff1", 2, timeout=30)
        assert "48小时" in second
        assert [seen.kind for seen in stream.record.seen_by("staff1")] == ["card", "card"]
        async with house.stores() as stores:
            entries: Any = await stores.client.xrange(Keys(Conversation("shop", "stream", "staff1")).opinions)
        assert len(entries) == 1


@pytest.mark.asyncio(loop_scope="session")
async def test_an_answer_grows_on_its_card_while_the_model_speaks(talking: Talking) -> None:
    stream, model = talking.stream, talking.model
    await stream.wait_for_sockets(1)
    model.pieces, model.allowed = ["签收后7天内可以退货。", "请在我的订单里申请。", "审核很快哦。"], 1
    await stream.say(user="staff1", text="怎么退货")
    async with asyncio.timeout(30):
        while not stream.cards.all:
            await asyncio.sleep(0.05)
        (card,) = stream.cards.all
        model.allowed = 2
        while not card.updates:
            await asyncio.sleep(0.05)
    model.allowed = None

    whole = "签收后7天内可以退货。请在我的订单里申请。审核很快哦。"
    assert await stream.wait_for_replies("staff1", timeout=30) == [whole]
    assert card.params["content"] == "签收后7天内可以退货。"
    assert card.updates == ["签收后7天内可以退货。请在我的订单里申请。", whole]


@pytest.mark.long
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
    well = await asyncio.to_thread(house.tell, "doctor")
    house.environment["KEFU_CHANNELS__STREAM__CLIENT_SECRET"] = "not-the-secret"
    ill = await asyncio.to_thread(house.tell, "doctor")

    assert "wrong" not in well.stdout
    assert "wrong channels.stream: " in ill.stdout
