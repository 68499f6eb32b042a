"""The contract of long waits: who is found, who hears of it, and that nobody hears it twice."""

from __future__ import annotations

import asyncio

import pytest

from bot.replies import busy
from bot.settings import Settings
from bot.store import bounds, line
from bot.store.keys import partition
from bot.store.redis import Client
from bot.types import Address, Conversation, LongWait, Work
from bot.wiring import Stores
from tests.builders import A_CONVERSATION, AT_ONCE, SHOP, a_message, a_reply, some_settings
from tests.contracts.acts import handed_over
from tests.taking import neighbours, next_turn, taken_off

LINE = partition(A_CONVERSATION)


@pytest.fixture
def settings() -> Settings:
    return some_settings(tenants=[{"name": name, "limits": AT_ONCE} for name in (SHOP, "other")])


@pytest.fixture
def store(client: Client, settings: Settings) -> Stores:
    return Stores.over(client, settings)


async def queue(store: Stores, count: int) -> list[Conversation]:
    """Customers in one line, one behind the other."""
    customers = neighbours(count)
    for customer in customers:
        await write(store, customer)
    return customers


async def write(store: Stores, customer: Conversation, name: str = "m1") -> None:
    await store.inbox.accept(a_message(conversation=customer, id=name))
    await asyncio.sleep(0.002)  # order counts in milliseconds


async def found(store: Stores, place: int, limit: int = 10) -> list[Conversation]:
    return [wait.conversation for wait in await store.waits.long(SHOP, LINE, place=place, limit=limit)]


async def served(store: Stores, number: int = 0) -> Conversation:
    """Whoever is next has an answer."""
    turn = await next_turn(store)
    customer = turn.lease.conversation
    await store.inbox.commit(turn.lease, turn.claim, a_reply(id=f"r{number}", conversation=customer), [])
    return customer


async def test_a_look_tells_how_many_wait_since_when_and_how_many_had_their_turn(store: Stores) -> None:
    await queue(store, 3)
    await write(store, neighbours(1, "other")[0])
    await served(store)

    standings = await store.waits.look([SHOP, "other", "nobody's"])

    shop = standings[SHOP]
    assert shop.ready + standings["other"].ready == 3
    assert shop.had + standings["other"].had == 1
    assert shop.rows[LINE].ready == shop.ready
    assert shop.since is not None
    assert 0 <= shop.at - shop.since < 5
    nobody = standings["nobody's"]
    assert (nobody.ready, nobody.since, nobody.had) == (0, None, 0)


async def test_who_stands_from_a_place_on_is_found_once_each(store: Stores) -> None:
    first = await queue(store, 8)

    assert await found(store, place=5) == first[5:]
    assert await found(store, place=5) == []

    more = neighbours(11)[8:]
    for customer in more:
        await write(store, customer)
    assert await found(store, place=5, limit=2) == more[:2], "a few at a time"
    assert await found(store, place=5, limit=2) == more[2:]


async def test_a_line_that_gets_slower_is_long_from_an_earlier_place_on(store: Stores) -> None:
    customers = await queue(store, 8)
    await found(store, place=6)

    assert await found(store, place=3, limit=2) == customers[4:6]
    assert await found(store, place=3, limit=2) == customers[3:4]
    assert await found(store, place=0) == customers[:3]


async def test_a_line_that_moved_on_is_looked_at_anew(store: Stores) -> None:
    customers = await queue(store, 4)
    assert await found(store, place=2) == customers[2:]
    for number in range(4):
        await served(store, number)

    for customer in reversed(customers):  # also those that were found before, and wait again
        await write(store, customer, "m2")

    assert await found(store, place=1) == [customers[2], customers[1], customers[0]]


async def wait_of(store: Stores, customer: Conversation = A_CONVERSATION) -> LongWait:
    """They are found, and nobody told them yet."""
    for wait in await store.waits.long(SHOP, LINE, place=0, limit=100):
        if wait.conversation == customer:
            return wait
    raise AssertionError("they do not wait")


async def test_who_hears_that_it_takes_a_while_hears_it_once_and_keeps_their_place(store: Stores) -> None:
    customers = await queue(store, 2)
    wait = await wait_of(store, customers[1])

    notice = busy(wait, 1, now=7.0)
    done = await asyncio.gather(*(store.waits.tell(wait, notice) for _ in range(3)))

    assert sorted(done) == [False, False, True]
    (delivery,) = await taken_off(store, customers[1])
    assert delivery.reply == notice
    assert await store.waits.tell(wait, notice) is False, "also after it was delivered"
    assert [await served(store, number) for number in range(2)] == customers


async def test_a_turn_that_is_tried_again_is_the_same_wait_and_the_next_question_another(
    store: Stores,
) -> None:
    await store.inbox.accept(a_message())
    wait = await wait_of(store)
    await store.waits.tell(wait, busy(wait, 3, now=7.0))
    turn = await next_turn(store)
    await store.inbox.put_back(turn.lease, turn.claim, delay=0.001)
    await store.inbox.accept(a_message(id="m2"))
    await asyncio.sleep(0.005)
    assert await store.schedule.overdue(Work.ANSWER, limit=16) == [A_CONVERSATION]

    again = await wait_of(store)

    assert again.since == "m1"
    assert await store.waits.tell(again, busy(again, 2, now=8.0)) is False

    await served(store)
    await store.inbox.accept(a_message(id="m3"))
    assert busy(await wait_of(store), 2, now=9.0).id != busy(again, 2, now=8.0).id


async def test_whose_turn_came_meanwhile_needs_no_word(store: Stores) -> None:
    await store.inbox.accept(a_message())
    wait = await wait_of(store)
    turn = await next_turn(store)

    assert await store.waits.tell(wait, busy(wait, 3, now=7.0)) is False

    await store.inbox.commit(turn.lease, turn.claim, a_reply(), [])
    assert [delivery.reply.id for delivery in await taken_off(store)] == ["r1"]


async def test_whom_a_person_talks_with_need_not_hear_how_many_wait_for_the_bot(store: Stores) -> None:
    await handed_over(store)
    await store.inbox.accept(a_message(id="m2"))
    wait = await wait_of(store)

    assert await store.waits.tell(wait, busy(wait, 3, now=7.0)) is False


async def test_where_the_platform_counts_it_is_the_first_thing_they_hear_or_nothing(store: Stores) -> None:
    """WeCom kf takes five messages until the customer writes again, and an answer may need two."""
    few = Address({"to": "customer-1"}, most=5)
    await store.inbox.accept(a_message(address=few))
    wait = await wait_of(store)
    sent = f"kefu:{{{LINE:02d}}}:sent:{A_CONVERSATION}"
    await store.client.zadd(sent, {"r0-0": 1.0})

    assert await store.waits.tell(wait, busy(wait, 3, now=7.0)) is False
    await store.client.delete(sent)
    assert await store.waits.tell(wait, busy(wait, 3, now=7.0)) is True


async def test_what_can_not_be_read_is_passed_over(store: Stores) -> None:
    customers = await queue(store, 3)
    inbox = f"kefu:{{{LINE:02d}}}:inbox:{customers[1]}"
    await store.client.lset(inbox, 0, "{")
    await store.client.zadd(f"kefu:{{{LINE:02d}}}:line:{SHOP}", {"no conversation": 1})

    assert await found(store, place=0) == [customers[0], customers[2]]


async def test_so_many_turns_as_are_said_spare_the_model_and_count_like_any(store: Stores) -> None:
    customers = await queue(store, 4)
    await store.waits.spare(SHOP, LINE, turns=2)
    await store.waits.spare("other", LINE, turns=9)

    turns = [await next_turn(store) for _ in customers]

    assert [turn.claim.crowded for turn in turns] == [True, True, False, False]
    assert (await store.waits.look([SHOP]))[SHOP].had == 4


async def test_what_was_said_a_while_ago_spares_nothing(
    store: Stores, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounds, "SPARE_MS", 5)
    await queue(store, 1)
    await store.waits.spare(SHOP, LINE, turns=2)
    await asyncio.sleep(0.02)

    assert (await next_turn(store)).claim.crowded is False


async def test_a_turn_that_spares_the_model_does_so_also_when_its_script_is_repeated(
    store: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    await queue(store, 2)
    await store.waits.spare(SHOP, LINE, turns=1)
    monkeypatch.setattr(line, "a_token", lambda: "the same")

    turns = [await next_turn(store) for _ in range(2)]

    assert [turn.claim.crowded for turn in turns] == [True, True]
    assert turns[0].lease == turns[1].lease
