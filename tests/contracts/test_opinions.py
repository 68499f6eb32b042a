"""The contract of opinions: the newest on each reply, with what the reply rests on."""

from __future__ import annotations

import pytest

from bot.store import bounds
from bot.store.keys import Keys
from bot.store.redis import Client
from bot.types import Basis, Ground, Judged, Opinion, Outcome
from bot.wiring import Stores
from tests.builders import A_CONVERSATION, SHOP, a_conversation, some_settings

BASIS = Basis("r1", "怎么退货", "七天内可以退货。", Outcome.FAQ, "", (Ground("faq:1", "faq.txt:1", 0.9),))


@pytest.fixture
def store(client: Client) -> Stores:
    return Stores.over(client, some_settings())


def an_opinion(*, good: bool = True, at: float = 1.0, reply: str = "r1", tenant: str = SHOP) -> Opinion:
    return Opinion(a_conversation(tenant=tenant), reply, good, at)


async def kept(store: Stores, tenant: str = SHOP) -> list[Judged]:
    return await store.opinions.since(tenant, 0)


async def test_an_opinion_is_kept_with_what_the_reply_rests_on(store: Stores) -> None:
    await store.bases.note(A_CONVERSATION, BASIS)
    await store.opinions.record(an_opinion())

    assert await kept(store) == [Judged(an_opinion(), BASIS)]


async def test_without_that_it_is_kept_all_the_same(store: Stores) -> None:
    await store.bases.note(A_CONVERSATION, BASIS)
    await store.opinions.record(an_opinion(reply="made-up"))

    assert await kept(store) == [Judged(an_opinion(reply="made-up"), None)]


async def test_who_changes_their_mind_later_judges_the_same_answer(store: Stores, client: Client) -> None:
    await store.bases.note(A_CONVERSATION, BASIS)
    await store.opinions.record(an_opinion())
    await client.delete(Keys(A_CONVERSATION).bases)

    await store.opinions.record(an_opinion(good=False, at=2.0))

    assert await kept(store) == [Judged(an_opinion(good=False, at=2.0), BASIS)]


async def test_nobody_sees_what_another_tenants_customers_think(store: Stores) -> None:
    await store.opinions.record(an_opinion(tenant="other"))
    await store.opinions.record(an_opinion(at=2.0))

    assert await kept(store) == [Judged(an_opinion(at=2.0), None)]


async def test_the_newest_answers_of_a_conversation_are_remembered(store: Stores, client: Client) -> None:
    for number in range(bounds.BASES_KEPT + 5):
        await store.bases.note(A_CONVERSATION, Basis(f"r{number}", "", "", Outcome.FAQ, "", ()))

    assert await client.llen(Keys(A_CONVERSATION).bases) == bounds.BASES_KEPT
    assert 0 < await client.ttl(Keys(A_CONVERSATION).bases) <= bounds.HISTORY_S


async def test_what_somebody_wrote_into_our_keys_hides_no_opinion(store: Stores, client: Client) -> None:
    await client.rpush(Keys(A_CONVERSATION).bases, "rubbish", "[]")
    await store.opinions.record(an_opinion())

    assert [one.basis for one in await kept(store)] == [None]
