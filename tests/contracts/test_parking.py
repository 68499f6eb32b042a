"""The contract of parking: a question that waits for the model is told of once, kept, and answered in order."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot import replies, wording
from bot.errors import LeaseLost
from bot.settings import Settings
from bot.store import keys as names
from bot.store.keys import Keys, partition
from bot.store.redis import Client
from bot.types import Address, Claim, Conversation, Lease, Said, Speaker, Taken
from bot.wiring import Stores
from tests.builders import A_CONVERSATION, AT_ONCE, SHOP, a_message, a_reply, some_settings
from tests.contracts.acts import entries
from tests.taking import neighbours, next_turn, taken_off

LINE = partition(A_CONVERSATION)


@pytest.fixture
def settings() -> Settings:
    return some_settings(tenants=[{"name": SHOP, "limits": AT_ONCE}])


@pytest.fixture
def store(client: Client, settings: Settings) -> Stores:
    return Stores.over(client, settings)


async def asked(store: Stores, customer: Conversation = A_CONVERSATION, id_: str = "m1") -> Taken:
    """They wrote, and it is their turn."""
    await store.inbox.accept(a_message(conversation=customer, id=id_))
    turn = await next_turn(store, customer)
    assert turn.lease.conversation == customer
    return turn


async def park(
    store: Stores, lease: Lease, claim: Claim, *, again: float = 0, over: float = 60, attempts: int = 0
) -> bool:
    notice = replies.parked(claim.messages, about=claim.messages[-1], now=5.0)
    more = await store.parking.park(lease, claim, notice, attempts=attempts, again=again, over=over)
    await asyncio.sleep(0.002)  # order counts in milliseconds
    return more


async def parked(store: Stores, customer: Conversation = A_CONVERSATION) -> None:
    turn = await asked(store, customer)
    await park(store, turn.lease, turn.claim)


async def called_back(store: Stores, upto: int = 10, least: int = 0) -> int:
    await asyncio.sleep(0.002)  # as above
    back = await store.parking.call_back(LINE, upto=upto, least=least)
    return back.count if back else 0


async def is_nobodys_turn(store: Stores) -> bool:
    return await store.line.take(A_CONVERSATION, limit=10, lines=0) is None


async def words(store: Stores) -> list[str]:
    return [delivery.reply.text for delivery in await taken_off(store)]


async def test_who_is_parked_hears_so_and_waits_until_called_back(store: Stores) -> None:
    await parked(store)

    assert await words(store) == [wording.PARKED]
    assert await is_nobodys_turn(store)
    assert await store.parking.count() == 1

    assert await called_back(store) == 1
    turn = await next_turn(store)
    assert [message.id for message in turn.claim.messages] == ["m1"]
    assert turn.claim.parked == 1
    assert await store.parking.count() == 0


async def test_the_same_question_is_told_of_once_however_often_it_waits(store: Stores) -> None:
    await parked(store)
    await words(store)
    await called_back(store)

    turn = await next_turn(store)
    await park(store, turn.lease, turn.claim, attempts=1)

    assert await words(store) == []
    await called_back(store)
    assert (await next_turn(store)).claim.attempts == 1


async def test_what_was_parked_and_answered_is_over(store: Stores) -> None:
    await parked(store)
    await called_back(store)
    turn = await next_turn(store)

    await store.inbox.commit(turn.lease, turn.claim, a_reply(), [])

    assert await is_nobodys_turn(store)
    assert (await asked(store, id_="m2")).claim.parked == 0


async def test_who_writes_again_has_a_turn_at_once_with_both(store: Stores) -> None:
    await parked(store)

    again = await asked(store, id_="m2")

    assert [message.id for message in again.claim.messages] == ["m1", "m2"]
    assert again.claim.parked == 1
    assert await called_back(store) == 0

    await park(store, again.lease, again.claim)
    assert await words(store) == [wording.PARKED] * 2, "a word for each time they asked"
    await called_back(store)
    assert (await next_turn(store)).claim.parked == 2


async def test_who_wrote_during_the_turn_has_another_one_first(store: Stores) -> None:
    turn = await asked(store)
    await store.inbox.accept(a_message(id="m2"))

    assert await park(store, turn.lease, turn.claim) is True

    assert len((await next_turn(store)).claim.messages) == 2


async def test_a_turn_of_a_part_of_what_waits_is_not_begun_for_ever(store: Stores) -> None:
    await store.inbox.accept(a_message())
    await store.inbox.accept(a_message(id="m2"))
    turn = await next_turn(store, limit=1)
    assert await park(store, turn.lease, turn.claim) is True
    turn = await next_turn(store, limit=1)

    assert await park(store, turn.lease, turn.claim) is False

    assert await is_nobodys_turn(store)


async def test_those_who_waited_longest_come_first_and_only_while_the_line_is_short(store: Stores) -> None:
    customers = neighbours(6)
    for customer in customers[:4]:
        await parked(store, customer)
    for customer in customers[4:]:
        await store.inbox.accept(a_message(conversation=customer))

    assert await called_back(store, upto=2) == 0, "the line has two already"
    assert await called_back(store, upto=2, least=1) == 1
    assert await called_back(store, upto=5) == 2

    turns = [(await next_turn(store)).lease.conversation for _ in range(5)]
    assert set(turns[:2]) == set(customers[4:]), "whoever writes now is before them"
    assert turns[2:] == customers[:3]


async def test_who_may_not_be_called_back_yet_is_left_alone(store: Stores) -> None:
    turn = await asked(store)
    await park(store, turn.lease, turn.claim, again=60)

    assert await called_back(store) == 0


async def test_it_comes_back_by_itself_when_its_time_is_over(store: Stores) -> None:
    turn = await asked(store)
    await park(store, turn.lease, turn.claim, over=0.001)

    turn = await next_turn(store)

    assert turn.claim.parked == 1
    assert await store.parking.count() == 0


async def test_a_worker_that_lost_the_conversation_parks_nothing(store: Stores, client: Client) -> None:
    turn = await asked(store)
    await client.delete(Keys(A_CONVERSATION).lease(turn.lease.work))

    with pytest.raises(Exception, match="another worker"):
        await park(store, turn.lease, turn.claim)

    assert await words(store) == []


async def test_the_word_goes_where_the_newest_message_came_from(store: Stores) -> None:
    await store.inbox.accept(a_message())
    await store.inbox.accept(a_message(id="m2", address=Address({"to": "elsewhere"})))
    turn = await next_turn(store)
    await park(store, turn.lease, turn.claim)

    (delivery,) = await taken_off(store)

    assert delivery.reply.address == Address({"to": "elsewhere"})


async def answered_beside(
    store: Stores, turn: Taken, *, again: float = 0, over: float = 60, silent: bool = False
) -> bool:
    """What came since has a reply, or gets none."""
    reply, said = a_reply(id="r2", answers=("m2",)), [Said(Speaker.CUSTOMER, "怎么退货", 2.0)]
    more = await store.parking.answer_beside(
        turn.lease, turn.claim, None if silent else reply, said, again=again, over=over
    )
    await asyncio.sleep(0.002)  # order counts in milliseconds
    return more


async def test_what_came_since_is_answered_and_what_waits_goes_on(store: Stores, client: Client) -> None:
    await parked(store)
    await words(store)
    assert await answered_beside(store, await asked(store, id_="m2")) is False

    assert await words(store) == [a_reply().text]
    assert [kind for kind, _ in await entries(client, Keys(A_CONVERSATION).journal)].count("answered") == 1
    assert await is_nobodys_turn(store)
    assert await store.parking.count() == 1

    assert await called_back(store) == 1
    turn = await next_turn(store)
    assert ([message.id for message in turn.claim.messages], turn.claim.parked) == (["m1"], 1)
    assert [line.text for line in turn.claim.history] == ["怎么退货"]


async def test_what_gets_no_reply_leaves_what_waits_too(store: Stores, client: Client) -> None:
    await parked(store)
    await words(store)

    await answered_beside(store, await asked(store, id_="m2"), silent=True)

    assert await words(store) == []
    assert "passed_over" in [kind for kind, _ in await entries(client, Keys(A_CONVERSATION).journal)]
    await called_back(store)
    assert [message.id for message in (await next_turn(store)).claim.messages] == ["m1"]


async def test_who_wrote_during_that_turn_too_has_another_one_with_what_waits(store: Stores) -> None:
    await parked(store)
    turn = await asked(store, id_="m2")
    for id_ in ("m3", "m4"):
        await store.inbox.accept(a_message(id=id_))

    assert await answered_beside(store, turn) is True

    turn = await next_turn(store)
    assert ([message.id for message in turn.claim.messages], turn.claim.parked) == (["m1", "m3", "m4"], 1)


async def test_what_waits_comes_back_by_itself_also_when_something_was_answered_beside(store: Stores) -> None:
    await parked(store)

    await answered_beside(store, await asked(store, id_="m2"), again=60, over=0.001)

    assert (await next_turn(store)).claim.parked == 1


async def test_its_tries_begin_anew(store: Stores) -> None:
    turn = await asked(store)
    await park(store, turn.lease, turn.claim, attempts=7)

    await answered_beside(store, await asked(store, id_="m2"))

    await called_back(store)
    assert (await next_turn(store)).claim.attempts == 0


async def test_a_worker_that_dies_before_it_ends_the_turn_leaves_both(store: Stores, client: Client) -> None:
    await parked(store)
    turn = await asked(store, id_="m2")
    await client.delete(Keys(A_CONVERSATION).lease(turn.lease.work))  # its time is over
    await store.inbox.accept(a_message(id="m3"))

    with pytest.raises(LeaseLost):
        await answered_beside(store, turn)

    assert await words(store) == [wording.PARKED]
    await client.zadd(names.waiting(LINE)[0], {str(A_CONVERSATION): 1}, xx=True)
    again = await next_turn(store)
    assert ([message.id for message in again.claim.messages], again.claim.parked) == (["m1", "m2", "m3"], 1)


async def test_it_ends_no_turn_of_other_messages(store: Stores) -> None:
    await parked(store)
    turn = await asked(store, id_="m2")
    wrong = replace(turn, claim=replace(turn.claim, messages=(turn.claim.messages[0], a_message(id="m9"))))

    with pytest.raises(LeaseLost):
        await answered_beside(store, wrong)

    assert await words(store) == [wording.PARKED]
