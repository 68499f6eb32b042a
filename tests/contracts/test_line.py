"""The contract of the line: whose turn it is."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest

from bot.settings import Settings
from bot.store.keys import line, partition
from bot.store.redis import Client
from bot.types import Conversation, Work
from bot.wiring import Stores
from tests.builders import A_CONVERSATION, AT_ONCE, a_message, a_reply, some_settings
from tests.taking import neighbours, next_turn

WEIGHTS = {"one": 1.0, "two": 2.0, "half": 0.5, "also-one": 1.0, "four": 4.0}


@pytest.fixture
def settings() -> Settings:
    tenants = [{"name": name, "weight": weight, "limits": AT_ONCE} for name, weight in WEIGHTS.items()]
    return some_settings(worker={"lease_s": 1}, tenants=tenants)


@pytest.fixture
def store(client: Client, settings: Settings) -> Stores:
    return Stores.over(client, settings)


async def write(store: Stores, *customers: Conversation, name: str = "m1") -> None:
    """In this order, as messages of one moment need not be."""
    for customer in customers:
        await store.inbox.accept(a_message(id=name, conversation=customer))


async def served(store: Stores, turns: int) -> list[Conversation]:
    """Whoever was next, so often; each is answered."""
    found = []
    for number in range(turns):
        taken = await next_turn(store)
        found.append(taken.lease.conversation)
        reply = a_reply(id=f"r{number}", conversation=taken.lease.conversation)
        await store.inbox.commit(taken.lease, taken.claim, reply, [])
    return found


async def test_a_flood_of_one_tenant_leaves_the_others_their_share(store: Stores) -> None:
    await write(store, *neighbours(300, "one"))  # the flood was here first
    for name in WEIGHTS:
        await write(store, *neighbours(70, name)[: 0 if name == "one" else None])

    turns = Counter(conversation.tenant for conversation in await served(store, 85))

    share = 85 / sum(WEIGHTS.values())
    for name, weight in WEIGHTS.items():
        assert abs(turns[name] - share * weight) <= max(1, share * weight * 0.1), name


async def test_who_was_listened_to_first_comes_by_weight_too(client: Client) -> None:
    quiet = {"quiet_ms": 20, "quiet_most_ms": 40}
    tenants = [{"name": name, "weight": weight, "limits": quiet} for name, weight in WEIGHTS.items()]
    store = Stores.over(client, some_settings(worker={"lease_s": 1}, tenants=tenants))
    for name in WEIGHTS:
        await write(store, *neighbours(40, name))
    await asyncio.sleep(0.05)  # all are quiet by now, and go from the schedule into the line

    turns = Counter(conversation.tenant for conversation in await served(store, 68))

    share = 68 / sum(WEIGHTS.values())
    for name, weight in WEIGHTS.items():
        assert abs(turns[name] - share * weight) <= max(1, share * weight * 0.1), name


async def test_a_tenant_that_was_away_saved_nothing_up(store: Stores) -> None:
    await write(store, *neighbours(30, "one"))
    await served(store, 20)

    await write(store, *neighbours(30, "also-one"))

    turns = Counter(conversation.tenant for conversation in await served(store, 10))
    assert turns == {"one": 5, "also-one": 5}


async def test_a_tenant_that_comes_back_at_once_pays_for_what_it_had(store: Stores) -> None:
    await write(store, *neighbours(40, "one"))
    halves = neighbours(40, "half")
    turns: list[str] = []
    for number in range(12):  # one customer at a time, and each as soon as the last was answered
        if not turns or turns[-1] == "half":
            await write(store, halves[number])
        turns += [conversation.tenant for conversation in await served(store, 1)]

    assert 3 <= turns.count("half") <= 5


async def test_a_tenant_pays_for_no_turn_that_came_to_nothing(store: Stores) -> None:
    await write(store, *neighbours(4, "one"))
    row = line(partition(neighbours(1, "one")[0])) + ":one"
    await store.client.zadd(row, {str(gone): 1 for gone in neighbours(34, "one")[4:]})  # nothing to do there
    await write(store, *neighbours(4, "also-one"))

    turns = Counter(conversation.tenant for conversation in await served(store, 6))

    assert turns == {"one": 3, "also-one": 3}


async def test_customers_of_a_tenant_come_in_their_order(store: Stores) -> None:
    customers = neighbours(5, "one")
    for customer in reversed(customers):
        await write(store, customer)
        await asyncio.sleep(0.002)  # order counts in milliseconds

    assert await served(store, 5) == [*reversed(customers)]


async def test_whoever_has_a_turn_is_out_of_the_line_until_it_is_over(store: Stores) -> None:
    first, second = neighbours(2, "one")
    await write(store, first)
    taken = await next_turn(store)
    assert not taken.more

    await write(store, first, second, name="m2")

    assert (await next_turn(store)).lease.conversation == second
    assert await store.line.take(A_CONVERSATION, limit=1, lines=0) is None
    done = await store.inbox.commit(taken.lease, taken.claim, a_reply(conversation=first), [])
    assert done.more, "what they said meanwhile is ready"
    assert (await next_turn(store)).lease.conversation == first


async def test_whoever_takes_a_turn_hears_whether_others_are_ready(store: Stores) -> None:
    await write(store, *neighbours(2, "one"))

    assert [(await next_turn(store)).more for _ in range(2)] == [True, False]


async def test_a_worker_looks_into_one_line_at_a_time(store: Stores) -> None:
    await write(store, *neighbours(1, "one"))
    lines = range(store.line.lines)

    found = [await store.line.take(A_CONVERSATION, limit=1, lines=0, further=n) for n in (*lines[1:], 0)]

    assert [bool(taken) for taken in found] == [False] * (len(lines) - 1) + [True]


async def test_a_commit_hands_the_lease_on_to_the_delivery(store: Stores) -> None:
    customer = neighbours(1, "one")[0]
    await write(store, customer)
    taken = await next_turn(store)
    reply = a_reply(conversation=customer)
    await write(store, customer, name="m2")

    for _ in range(2):  # a client repeats a script whose answer it did not get
        done = await store.inbox.commit(taken.lease, taken.claim, reply, [], deliver=True)
        assert done.out
        assert done.out.delivery
        assert (done.out.delivery.reply, done.out.delivery.unanswered) == (reply, 1)
        assert (done.out.lease.work, done.out.lease.conversation) == (Work.DELIVER, customer)
        out = done.out
    assert await store.outbox.take(customer) is None, "it is held"

    await store.leases.release(out.lease)
    again = await store.outbox.take(customer)
    assert again
    assert again.delivery == out.delivery
    assert again.lease.fence > out.lease.fence


async def test_a_reply_behind_another_takes_its_way_through_the_outbox(store: Stores) -> None:
    customer = neighbours(1, "one")[0]
    await write(store, customer)
    await served(store, 1)
    await write(store, customer, name="m2")
    taken = await next_turn(store)

    reply = a_reply(id="r2", conversation=customer)
    done = await store.inbox.commit(taken.lease, taken.claim, reply, [], deliver=True)

    assert done.out is None
    out = await store.outbox.take(customer)
    assert out
    assert out.delivery
    assert out.delivery.reply.id == "r0"


async def test_choosing_costs_the_same_however_many_wait(store: Stores, client: Client) -> None:
    async def commands() -> int:
        before = (await client.info("stats"))["total_commands_processed"]
        await next_turn(store)
        return int((await client.info("stats"))["total_commands_processed"] - before)

    if type(client).__module__.startswith("fakeredis"):
        pytest.skip("it does not count commands")
    await write(store, *neighbours(3, "one"))
    few = await commands()
    await write(store, *neighbours(600, "two"))

    assert await commands() <= few + 10, "the lease of the first may have run out meanwhile"
