"""The contract of quiet time: messages that follow one another quickly are one turn."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

import pytest

from bot.broker import make_app, nudges_waiting
from bot.nudges import CeleryNudges
from bot.store.keys import Keys
from bot.store.redis import Client
from bot.types import Address, Taken, Work
from bot.wiring import Stores
from tests.builders import A_CONVERSATION, SHOP, a_message, a_reply, some_settings
from tests.taking import next_turn

QUIET_S = 0.3
MOST_S = 0.7


@pytest.fixture
def store(client: Client) -> Stores:
    limits = {"quiet_ms": int(QUIET_S * 1000), "quiet_most_ms": int(MOST_S * 1000)}
    tenants = [{"name": SHOP, "limits": limits}]
    return Stores.over(client, some_settings(worker={"lease_s": 1}, tenants=tenants))


@pytest.fixture
async def nudges(client: Client) -> AsyncIterator[CeleryNudges]:
    nudges = CeleryNudges(make_app("redis://nobody.invalid"), client)
    yield nudges
    await nudges.close()


async def ready(store: Stores) -> Taken:
    """The next turn, once it can begin."""
    async with asyncio.timeout(5):
        while (taken := await store.line.take(A_CONVERSATION, limit=20, lines=0)) is None:
            await asyncio.sleep(0.005)
    return taken


def ids(taken: Taken) -> list[str]:
    return [message.id for message in taken.claim.messages]


async def test_a_turn_begins_when_the_customer_was_quiet_for_a_while(store: Stores) -> None:
    await store.inbox.accept(a_message(id="m1"))
    await asyncio.sleep(QUIET_S / 2)
    second = time.monotonic()
    await store.inbox.accept(a_message(id="m2"))

    assert ids(await ready(store)) == ["m1", "m2"]
    assert time.monotonic() - second >= QUIET_S


async def test_who_writes_on_and_on_is_answered_all_the_same(store: Stores) -> None:
    first = time.monotonic()

    async def write_on() -> None:
        for number in range(100):
            await store.inbox.accept(a_message(id=f"m{number}"))
            await asyncio.sleep(QUIET_S / 6)

    writing = asyncio.create_task(write_on())
    await ready(store)

    assert time.monotonic() - first >= MOST_S
    assert not writing.done()
    writing.cancel()


async def test_what_is_said_during_an_answer_is_listened_to_as_well(store: Stores) -> None:
    await store.inbox.accept(a_message(id="m1"))
    taken = await ready(store)
    await store.inbox.accept(a_message(id="m2"))

    assert (await store.inbox.commit(taken.lease, taken.claim, a_reply(), [])).more
    last = time.monotonic()
    await store.inbox.accept(a_message(id="m3"))

    assert ids(await ready(store)) == ["m2", "m3"]
    assert time.monotonic() - last >= QUIET_S


async def test_who_was_quiet_before_the_answer_was_ready_is_next(store: Stores) -> None:
    await store.inbox.accept(a_message(id="m1"))
    taken = await ready(store)
    await store.inbox.accept(a_message(id="m2"))
    await asyncio.sleep(QUIET_S)

    assert (await store.inbox.commit(taken.lease, taken.claim, a_reply(), [])).more

    assert ids(await next_turn(store)) == ["m2"]


async def test_a_look_at_what_is_said_during_an_answer_moves_nothing(store: Stores) -> None:
    await store.inbox.accept(a_message(id="m1"))
    taken = await ready(store)
    assert await store.inbox.newer(A_CONVERSATION, known=1, limit=3) is None
    for number in range(2, 6):
        await store.inbox.accept(a_message(id=f"m{number}"))

    for _ in range(2):
        newer = await store.inbox.newer(A_CONVERSATION, known=1, limit=3)
        assert newer
        assert [message.id for message in newer.messages] == ["m2", "m3"]
        assert 0 < newer.quiet_s <= QUIET_S
    assert await store.inbox.newer(A_CONVERSATION, known=3, limit=3) is None
    assert (await store.inbox.commit(taken.lease, taken.claim, a_reply(), [])).more

    assert ids(await ready(store)) == ["m2", "m3", "m4", "m5"]


async def test_who_adds_to_a_turn_is_quiet_after_the_same_time(store: Stores) -> None:
    await store.inbox.accept(a_message(id="m1"))
    await ready(store)
    await store.inbox.accept(a_message(id="m2"))
    await asyncio.sleep(QUIET_S)

    newer = await store.inbox.newer(A_CONVERSATION, known=1, limit=20)

    assert newer
    assert newer.quiet_s == 0


async def test_a_turn_that_begins_anew_has_all_of_it_and_the_customer_is_listened_to_anew(
    store: Stores,
) -> None:
    await store.inbox.accept(a_message(id="m1"))
    taken = await ready(store)
    for number in range(2, 5):
        await store.inbox.accept(a_message(id=f"m{number}"))
        await asyncio.sleep(QUIET_S * 0.8)

    claim = await store.inbox.claim(taken.lease, limit=20, lines=0)
    await store.inbox.accept(a_message(id="m5"))
    newer = await store.inbox.newer(A_CONVERSATION, known=4, limit=20)

    assert [message.id for message in claim.messages] == ["m1", "m2", "m3", "m4"]
    assert newer
    assert newer.quiet_s > QUIET_S / 2, "as long as any other"
    assert (await store.inbox.commit(taken.lease, claim, a_reply(), [])).more
    assert ids(await ready(store)) == ["m5"]


async def test_a_customer_who_writes_hastens_no_retry_and_delays_none(store: Stores) -> None:
    await store.inbox.accept(a_message(id="m1"))
    taken = await ready(store)
    await store.inbox.put_back(taken.lease, taken.claim, delay=0.2)
    schedule = Keys(A_CONVERSATION).schedule(Work.ANSWER)
    due = await store.client.zscore(schedule, str(A_CONVERSATION))

    await store.inbox.accept(a_message(id="m2"))

    assert await store.client.zscore(schedule, str(A_CONVERSATION)) == due
    assert ids(await ready(store)) == ["m1", "m2"]


async def test_who_is_ready_keeps_their_place_whatever_they_add(store: Stores) -> None:
    await store.inbox.accept(a_message(id="m1"))
    await asyncio.sleep(QUIET_S)
    await store.schedule.overdue(Work.ANSWER, limit=16)  # they are in their row now

    await store.inbox.accept(a_message(id="m2"))

    assert (await store.schedule.waiting())[Work.ANSWER] == 1
    assert ids(await next_turn(store)) == ["m1", "m2"]


async def test_where_each_message_needs_a_reply_of_its_own_none_waits(store: Stores) -> None:
    await store.inbox.accept(a_message(address=Address({}, own=True)))

    await next_turn(store)


async def test_a_worker_is_called_at_the_moment_when_the_customer_was_quiet(
    store: Stores, client: Client, nudges: CeleryNudges
) -> None:
    for number in range(3):
        last = time.monotonic()
        await store.inbox.accept(a_message(id=f"m{number}"))
        nudges.nudge(Work.ANSWER, A_CONVERSATION)
        await asyncio.sleep(0.05)

    async with asyncio.timeout(5):
        while not await nudges_waiting(client, Work.ANSWER):
            await asyncio.sleep(0.005)

    assert time.monotonic() - last >= QUIET_S
    assert await nudges_waiting(client, Work.ANSWER) == 1
    assert len((await next_turn(store)).claim.messages) == 3
