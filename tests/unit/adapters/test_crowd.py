"""The simulators can carry hundreds of customers at once, and insist as the platforms do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from adapters.outbound import Outbound
from adapters.wecom import WeComChannel
from tests.simulators.crowd import crowd
from tests.simulators.wecom import WeComSimulator
from tests.unit.adapters.conftest import Door, Opens, answer


async def _answer_all(channel: WeComChannel, door: Door, count: int) -> None:
    answered = 0
    while answered < count:
        await asyncio.sleep(0.01)
        waiting = door.messages[answered:]
        await asyncio.gather(*(answer(channel, message, "九点。") for message in waiting))
        answered += len(waiting)


@pytest.fixture
async def outbound() -> AsyncIterator[Outbound]:
    """Five hundred sends, their platform and their customers share this one process."""
    outbound = Outbound(timeout=30)
    yield outbound
    await outbound.close()


async def test_five_hundred_customers_write_at_once(
    wecom: WeComSimulator, wecom_channel: WeComChannel, open_door: Opens
) -> None:
    wecom.callback_timeout = 30  # five hundred callbacks share this one process with their door
    door = await open_door(wecom_channel)

    answering = asyncio.create_task(_answer_all(wecom_channel, door, 500))
    figures = await crowd(wecom, door.url, customers=500, text="几点开门", timeout=30)
    await answering

    assert (figures["accepted"], figures["answered"]) == (500, 500)
    assert all(len(posting.attempts) == 1 for posting in wecom.record.postings)


async def test_who_does_not_answer_is_called_four_times() -> None:
    async with WeComSimulator(retry_pause=0.01) as wecom:
        posting = await wecom.say("http://127.0.0.1:1/callbacks/shop", user="u1", text="在吗")

    assert [attempt.status for attempt in posting.attempts] == [0, 0, 0, 0]
