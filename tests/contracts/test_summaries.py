"""The contract of summaries: one for each conversation, and the one that reaches furthest."""

from __future__ import annotations

from bot.store import bounds
from bot.store.keys import Keys
from bot.store.redis import Client
from bot.types import Summary
from bot.wiring import Stores
from tests.builders import A_CONVERSATION, a_conversation, a_message, a_reply, some_settings
from tests.contracts.acts import answered

KEY = Keys(A_CONVERSATION).summary


async def spoken(client: Client) -> Stores:
    """Something was said."""
    store = Stores.over(client, some_settings())
    await answered(store, a_message(), a_reply())
    return store


async def test_a_summary_is_read_as_it_was_kept_and_ends_with_the_history(client: Client) -> None:
    store = await spoken(client)
    summary = Summary("客户问过退货，想买米白的衬衫。", 1_800_000_000.123456)

    assert await store.summaries.of(A_CONVERSATION) is None
    assert await store.summaries.keep(A_CONVERSATION, summary)

    assert await store.summaries.of(A_CONVERSATION) == summary
    assert await store.summaries.of(a_conversation("somebody else")) is None
    assert 0 < await client.ttl(KEY) <= bounds.HISTORY_S


async def test_one_that_reaches_less_far_comes_too_late(client: Client) -> None:
    store = await spoken(client)
    for text, upto, kept in (("二", 20.0, True), ("一", 10.0, False), ("三", 30.0, True)):
        assert await store.summaries.keep(A_CONVERSATION, Summary(text, upto)) is kept

    assert await store.summaries.of(A_CONVERSATION) == Summary("三", 30.0)


async def test_of_a_conversation_that_is_forgotten_nothing_is_kept(client: Client) -> None:
    store = Stores.over(client, some_settings())

    assert not await store.summaries.keep(A_CONVERSATION, Summary("一", 10.0))

    assert await store.summaries.of(A_CONVERSATION) is None


async def test_what_cant_be_read_is_no_summary_and_in_nobodys_way(client: Client) -> None:
    store = await spoken(client)
    await client.set(KEY, b"{")

    assert await store.summaries.of(A_CONVERSATION) is None
    assert await store.summaries.keep(A_CONVERSATION, Summary("一", 10.0))


async def test_one_at_a_time_makes_it(client: Client) -> None:
    store = Stores.over(client, some_settings())

    assert await store.summaries.begin(A_CONVERSATION, seconds=60)
    assert not await store.summaries.begin(A_CONVERSATION, seconds=60)
    assert await store.summaries.begin(a_conversation("somebody else"), seconds=60)
    assert 0 < await client.pttl(Keys(A_CONVERSATION).summing) <= 60_000
