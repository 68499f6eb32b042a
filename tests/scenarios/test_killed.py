"""kill -9 in the middle of a crowd: nobody is forgotten, nobody is answered twice, everybody in order."""

from __future__ import annotations

import asyncio
import signal
from collections import Counter
from typing import Any

import pytest

from bot.store import keys
from bot.store.codec import decode
from bot.store.records import Answered, DeliveryEnded
from bot.types import Conversation, DeliveryState, Speaker
from tests.house import House
from tests.simulators.platform import Platform
from tests.simulators.wecom import WeComSimulator

pytestmark = pytest.mark.processes

CUSTOMERS = 100
FEW = 30
"""Enough to be in the middle of them, and soon answered."""
EACH = 5
QUESTIONS = ("怎么退货", "多久发货", "可以开发票吗", "退货流程是什么", "付款后多久发货")


async def crowd_writes(house: House, wecom: WeComSimulator, customers: int = CUSTOMERS) -> list[str]:
    """Each customer writes five, one after the other. Their ids, all accepted."""

    async def customer(number: int) -> list[str]:
        ids = [f"{number * 1000 + position}" for position in range(EACH)]
        for position, msg_id in enumerate(ids):
            posting = await wecom.say(
                house.callback("wecom"), user=f"c{number:03}", text=QUESTIONS[position], msg_id=msg_id
            )
            assert posting.accepted
        return ids

    return [msg_id for ids in await asyncio.gather(*map(customer, range(customers))) for msg_id in ids]


async def some_are_answered(wecom: Platform, count: int) -> None:
    async with asyncio.timeout(60):
        while len(wecom.record.seen) < count:
            await asyncio.sleep(0.02)


async def check_all_is_well(house: House, wecom: WeComSimulator, ids: list[str], *, doubles: int = 0) -> None:
    """All answered in the journal, none twice, each conversation in the order of its questions."""
    async with asyncio.timeout(120):
        while len({msg_id for end in (await records(house))[1] for msg_id in end.answers}) < len(ids):
            await asyncio.sleep(0.2)
    replies, ends = await records(house)
    answered = Counter(msg_id for reply in replies for msg_id in reply.answers)
    assert answered == Counter(ids)
    assert Counter(msg_id for end in ends for msg_id in end.answers) == Counter(ids)
    assert {end.state for end in ends} == {DeliveryState.SENT}
    for number in range(len(ids) // EACH):
        name = f"shop:wecom:c{number:03}"
        own = [reply for reply in replies if reply.conversation == name]
        assert [msg_id for reply in own for msg_id in reply.answers] == [
            f"{number * 1000 + position}" for position in range(EACH)
        ]
        seen = wecom.replies_to(f"c{number:03}")
        assert without_repeats(seen) == without_repeats(await bot_said(house, name))
    assert len(replies) <= len(wecom.record.seen) <= len(replies) + doubles


def without_repeats(texts: list[str]) -> list[str]:
    """A part that was sent and not recorded may come again, right behind itself (DECISIONS.md)."""
    return [text for position, text in enumerate(texts) if position == 0 or text != texts[position - 1]]


async def bot_said(house: House, name: str) -> list[str]:
    """In the conversation of this name, as its history has it."""
    async with house.stores() as stores:
        lines = await stores.people.history(Conversation.parse(name))
    return [line.text for line in lines if line.by is Speaker.BOT]


async def records(house: House) -> tuple[list[Answered], list[DeliveryEnded]]:
    """The journal: what was answered, and how each delivery ended."""
    replies: list[tuple[bytes, Answered]] = []
    ends: list[DeliveryEnded] = []
    async with house.stores() as stores:
        for number in keys.partitions():
            entries: Any = await stores.client.xrange(keys.journal(number))
            for entry_id, fields in entries:
                if fields[b"kind"] == b"answered":
                    replies.append((entry_id, decode(fields[b"data"], Answered)))
                elif fields[b"kind"] == b"delivery":
                    ends.append(decode(fields[b"data"], DeliveryEnded))
    return [reply for _, reply in replies], ends


async def test_the_worker_is_killed(house: House, wecom: WeComSimulator) -> None:
    await house.start("valkey", "gateway", "worker")
    ids = await crowd_writes(house, wecom, FEW)
    await some_are_answered(wecom, 10)

    house.kill("worker")
    assert len(wecom.record.seen) < len(ids), "it was in the middle of them"
    await house.start("worker")

    # at most each delivery that was under way when it died may have been sent and not recorded
    await check_all_is_well(house, wecom, ids, doubles=64)


@pytest.mark.long
async def test_the_gateway_is_killed(house: House, wecom: WeComSimulator) -> None:
    wecom.retry_pause = 1.0
    wecom.retries = 20
    await house.start("valkey", "gateway", "worker")
    writing = asyncio.create_task(crowd_writes(house, wecom))
    await some_are_answered(wecom, 20)

    house.kill("gateway")
    await house.start("gateway")

    await check_all_is_well(house, wecom, await writing)


@pytest.mark.long
async def test_the_store_is_killed(house: House, wecom: WeComSimulator) -> None:
    wecom.retry_pause = 1.0
    wecom.retries = 20
    await house.start("valkey", "gateway", "worker")
    writing = asyncio.create_task(crowd_writes(house, wecom))
    await some_are_answered(wecom, 50)

    house.kill("valkey")
    await asyncio.sleep(0.5)
    await house.start("valkey")

    await check_all_is_well(house, wecom, await writing, doubles=64)


@pytest.mark.long
async def test_a_worker_that_is_told_to_stop_finishes_what_it_has_and_leaves_the_rest(
    house: House, wecom: WeComSimulator
) -> None:
    await house.start("valkey", "gateway", "worker")
    ids = await crowd_writes(house, wecom)
    await some_are_answered(wecom, 50)

    code = await asyncio.to_thread(house.kill, "worker", signal.SIGTERM)

    assert code == 0
    assert len(wecom.record.seen) < len(ids), "it was in the middle of them"
    await house.start("worker")
    await check_all_is_well(house, wecom, ids)
