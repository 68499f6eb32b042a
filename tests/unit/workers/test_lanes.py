"""One platform that is slow keeps no other waiting."""

from __future__ import annotations

import asyncio

from bot.types import Conversation
from tests.builders import a_conversation
from workers.lanes import Lanes


class Work:
    """Deliveries that hang for one channel, and are counted for all."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.done: list[str] = []
        self.hangs = asyncio.Event()

    async def do(self, conversation: Conversation) -> None:
        self.begun.append(conversation.channel)
        if conversation.channel == "slow":
            await self.hangs.wait()
        self.done.append(conversation.channel)


def many(channel: str, count: int) -> list[Conversation]:
    return [a_conversation(f"customer-{number}", channel) for number in range(count)]


async def started(lanes: Lanes, conversations: list[Conversation]) -> list[asyncio.Task[None]]:
    tasks = [asyncio.create_task(lanes.run(conversation)) for conversation in conversations]
    for _ in range(5):
        await asyncio.sleep(0)
    return tasks


async def test_a_channel_that_hangs_uses_up_its_own_places_alone() -> None:
    work = Work()
    lanes = Lanes(work.do, at_once=4)
    hanging = await started(lanes, many("slow", 100))
    assert work.begun == ["slow"] * 4

    await asyncio.gather(*(lanes.run(one) for one in many("quick", 100)))

    assert work.done == ["quick"] * 100, "each, while not one of the other channel's ended"
    work.hangs.set()
    await asyncio.gather(*hanging)
    assert work.done.count("slow") == 100, "and those lost nothing by it"


async def test_what_finds_its_lane_full_is_left_to_the_sweeper() -> None:
    work = Work()
    lanes = Lanes(work.do, at_once=2, longest=3)
    tasks = await started(lanes, many("slow", 10))

    assert not lanes.has_room("slow")
    assert lanes.has_room("quick")
    assert [task.done() for task in tasks] == [False] * 5 + [True] * 5
    work.hangs.set()
    await asyncio.gather(*tasks)
    assert len(work.done) == 5
    assert lanes.has_room("slow")


async def test_a_place_is_given_back_whatever_happens() -> None:
    async def fail(_: Conversation) -> None:
        raise ZeroDivisionError

    lanes = Lanes(fail, at_once=1)
    for _ in range(3):
        results = await asyncio.gather(lanes.run(a_conversation()), return_exceptions=True)
        assert isinstance(results[0], ZeroDivisionError)

    waiting = asyncio.create_task(Lanes(Work().do, at_once=1).run(a_conversation(channel="slow")))
    await asyncio.sleep(0)
    waiting.cancel()
    assert lanes.has_room("door")
