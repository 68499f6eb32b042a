"""What got stuck is found, and only what got stuck."""

from __future__ import annotations

import asyncio

from bot.store.keys import Keys, partition
from bot.types import Work
from tests.builders import A_CONVERSATION, a_conversation, a_message
from tests.unit.workers.conftest import Shop
from workers.sweep import Sweeper


def sweeper(shop: Shop, *, queued: int = 0, room: int = 10) -> Sweeper:
    async def nudges_waiting(_: Work) -> int:
        return queued

    return Sweeper(shop.stores.schedule, shop.nudges, nudges_waiting, room=room)


async def test_a_lost_nudge_is_repeated(shop: Shop) -> None:
    await shop.stores.inbox.accept(a_message())
    await asyncio.sleep(2.1)

    assert await sweeper(shop).sweep(Work.ANSWER) == 1
    assert shop.nudges.nudged == [(Work.ANSWER, A_CONVERSATION)]


async def test_nudges_that_wait_in_the_queue_are_not_taken_for_lost(shop: Shop) -> None:
    lines = await several_lines(shop)

    assert await sweeper(shop, queued=10).sweep(Work.ANSWER) == 0
    first = await sweeper(shop, queued=4).sweep(Work.ANSWER)
    assert first <= 6, "only as many as the queue has room for"
    assert first + await sweeper(shop, room=100).sweep(Work.ANSWER) == lines


async def test_sweepers_do_not_double_one_anothers_work(shop: Shop) -> None:
    lines = await several_lines(shop)

    found = await asyncio.gather(*(sweeper(shop, room=100).sweep(Work.ANSWER) for _ in range(4)))

    assert sum(found) == lines


async def several_lines(shop: Shop) -> int:
    """In how many somebody is ready, and has been for a while."""
    customers = [a_conversation(str(number)) for number in range(20)]
    for customer in customers:
        await shop.stores.inbox.accept(a_message(conversation=customer))
    await asyncio.sleep(2.1)
    return len(set(map(partition, customers)))


async def test_a_stranger_in_the_schedule_stops_nobody(shop: Shop) -> None:
    await shop.stores.inbox.accept(a_message())
    key = Keys(A_CONVERSATION).schedule(Work.ANSWER)
    await shop.stores.client.zadd(key, {"no conversation": 0, str(A_CONVERSATION): 1})

    assert await shop.stores.schedule.overdue(Work.ANSWER, limit=10) == [A_CONVERSATION]
