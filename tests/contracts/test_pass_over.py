"""The contract of messages that get no reply."""

from __future__ import annotations

import asyncio

import pytest

from bot.errors import LeaseLost
from bot.store import keys as names
from bot.store.codec import decode
from bot.store.keys import Keys
from bot.store.records import PassedOver
from bot.store.redis import Client
from bot.types import Acceptance, Said, Speaker, Work
from bot.wiring import Stores
from tests.builders import A_CONVERSATION, a_message, some_settings
from tests.contracts.acts import claimed, entries
from tests.taking import next_turn

LINE = Said(Speaker.CUSTOMER, "在吗", 1_700_000_000.0)
KEYS = Keys(A_CONVERSATION)


@pytest.fixture
def store(client: Client) -> Stores:
    return Stores.over(client, some_settings(worker={"lease_s": 1}))


async def test_they_leave_the_inbox_for_the_history_and_the_journal(store: Stores) -> None:
    lease, claim = await claimed(store, a_message(), a_message(id="m2"))
    await store.client.set(KEYS.attempts, 2)

    await store.inbox.pass_over(lease, claim, LINE)

    assert await store.leases.release(lease) is False
    assert await store.people.history(A_CONVERSATION) == [LINE]
    ((kind, data),) = await entries(store.client, names.journal(KEYS.partition))
    assert (kind, decode(data, PassedOver)) == ("passed_over", PassedOver(KEYS.name, ("m1", "m2")))
    assert await store.outbox.take(A_CONVERSATION) is None, "nothing is said"
    assert await store.client.exists(KEYS.attempts) == 0
    assert await store.schedule.waiting() == dict.fromkeys(Work, 0)
    assert await store.inbox.accept(a_message()) is Acceptance.REPEATED


async def test_what_came_behind_them_is_next(store: Stores) -> None:
    lease, claim = await claimed(store, a_message(), a_message(id="m2"), limit=1)

    await store.inbox.pass_over(lease, claim, LINE)

    assert await store.leases.release(lease) is True
    assert [message.id for message in (await next_turn(store)).claim.messages] == ["m2"]


async def test_only_who_holds_the_lease_may(store: Stores) -> None:
    lease, claim = await claimed(store, a_message())
    await asyncio.sleep(1.1)

    with pytest.raises(LeaseLost):
        await store.inbox.pass_over(lease, claim, LINE)

    assert len((await next_turn(store)).claim.messages) == 1
    assert await store.people.history(A_CONVERSATION) == []
