"""The contract of what all processes share: tokens, the visitors' feed, presence."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest

from bot.errors import Unavailable
from bot.ports import FeedEvent, Token
from bot.store.feed import RedisFeed
from bot.store.presence import Presence, shared_secret
from bot.store.redis import Client, connect
from bot.store.schedule import RedisSchedule
from bot.store.tokens import RedisTokens
from tests.builders import A_CONVERSATION, a_conversation
from tests.conftest import SettableClock


class Platform:
    """Hands out tokens, slowly, and counts them."""

    def __init__(self, life: float = 7200) -> None:
        self.fetched = 0
        self.life = life

    async def fetch(self) -> Token:
        await asyncio.sleep(0.05)
        self.fetched += 1
        return Token(f"token-{self.fetched}", self.life)


async def test_a_crowd_costs_one_fetch(client: Client) -> None:
    platform, tokens = Platform(), RedisTokens(client)

    got = await asyncio.gather(*(tokens.get("app", platform.fetch) for _ in range(30)))

    assert set(got) == {"token-1"}
    assert platform.fetched == 1


async def test_a_burst_of_refusals_costs_one_fetch(client: Client) -> None:
    platform, tokens = Platform(), RedisTokens(client)
    old = await tokens.get("app", platform.fetch)

    new = await asyncio.gather(*(tokens.get("app", platform.fetch, refused=old) for _ in range(30)))

    assert set(new) == {"token-2"}
    assert platform.fetched == 2


async def test_apps_have_tokens_of_their_own(client: Client) -> None:
    platform, tokens = Platform(), RedisTokens(client)

    assert await tokens.get("a", platform.fetch) != await tokens.get("b", platform.fetch)


async def test_a_token_is_fetched_anew_before_it_expires(client: Client) -> None:
    platform, tokens = Platform(life=0.2), RedisTokens(client)
    await tokens.get("app", platform.fetch)
    await asyncio.sleep(0.15)

    assert await tokens.get("app", platform.fetch) == "token-2"


async def test_a_fetch_that_fails_leaves_the_way_free(client: Client) -> None:
    tokens = RedisTokens(client)

    async def fail() -> Token:
        raise Unavailable("the platform is away")

    with pytest.raises(Unavailable):
        await tokens.get("app", fail)
    assert await tokens.get("app", Platform().fetch) == "token-1"


@pytest.fixture
async def feed(client: Client) -> AsyncIterator[RedisFeed]:
    made = RedisFeed(client)
    yield made
    await made.close()


async def read(feed: RedisFeed, count: int, after: str = "") -> list[FeedEvent]:
    events: list[FeedEvent] = []
    async with asyncio.timeout(5), aclosing(feed.follow(A_CONVERSATION, after)) as following:
        async for event in following:
            if event:
                events.append(event)
            if len(events) == count:
                break
    return events


async def test_what_was_published_before_and_after_is_seen_in_order(feed: RedisFeed) -> None:
    await feed.publish(A_CONVERSATION, "reply", "1", key="r1")
    reading = asyncio.create_task(read(feed, 3))
    await asyncio.sleep(0.1)
    await feed.publish(A_CONVERSATION, "reply", "2", key="r2")
    await feed.publish(A_CONVERSATION, "status", "3", key="s1")

    assert [(event.kind, event.data) for event in await reading] == [
        ("reply", "1"),
        ("reply", "2"),
        ("status", "3"),
    ]


async def test_an_event_is_published_once_per_key(feed: RedisFeed) -> None:
    first = await feed.publish(A_CONVERSATION, "reply", "1", key="r1-0")

    assert await feed.publish(A_CONVERSATION, "reply", "1", key="r1-0") == first
    await feed.publish(A_CONVERSATION, "reply", "2", key="r2-0")
    assert [event.data for event in await read(feed, 2)] == ["1", "2"]


async def test_a_cut_connection_resumes_where_it_was(feed: RedisFeed) -> None:
    for number in range(4):
        await feed.publish(A_CONVERSATION, "reply", str(number), key=f"r{number}")
    seen = await read(feed, 2)

    assert [event.data for event in await read(feed, 2, after=seen[-1].id)] == ["2", "3"]


async def test_no_visitor_sees_anothers_feed(feed: RedisFeed) -> None:
    await feed.publish(a_conversation("customer-2"), "reply", "not yours", key="r1")
    await feed.publish(A_CONVERSATION, "reply", "yours", key="r1")

    assert [event.data for event in await read(feed, 1)] == ["yours"]


async def test_a_process_that_is_not_heard_of_is_gone(client: Client, clock: SettableClock) -> None:
    workers = Presence(client, "worker", clock)
    assert await workers.mode() == ""

    await workers.report("faq")
    assert [process.mode for process in await workers.alive()] == ["faq"]
    clock.now += 20
    assert await workers.alive() == []

    await workers.report("model")
    assert await workers.mode() == "model"
    await workers.leave("model")
    assert await workers.mode() == ""


async def test_processes_that_start_at_once_agree_on_a_key(client: Client) -> None:
    keys = await asyncio.gather(*(shared_secret(client, "webchat") for _ in range(10)))

    assert len(set(keys)) == 1
    assert len(keys[0]) >= 32


async def test_a_store_that_is_away_is_unavailable() -> None:
    client = connect("redis://127.0.0.1:9/0")

    with pytest.raises(Unavailable, match="the store is away"):
        await RedisSchedule(client).ping()
    await client.aclose()
