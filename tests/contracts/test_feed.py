"""The contract of a visitor's feed: what is published is kept and resumed, what is only shown is neither."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing

import fakeredis
import pytest

from bot.errors import Unavailable
from bot.ports import FeedEvent
from bot.store import bounds
from bot.store.feed import RedisFeed
from bot.store.keys import Keys
from bot.store.redis import Client, connect
from tests.browser.shop import MemoryFeed
from tests.builders import A_CONVERSATION, a_conversation

Feed = RedisFeed | MemoryFeed


@pytest.fixture(params=["memory", "fakeredis", "valkey"])
async def feed(request: pytest.FixtureRequest) -> AsyncIterator[Feed]:
    if request.param == "memory":
        yield MemoryFeed()
        return
    client: Client = fakeredis.FakeAsyncRedis(version=(7,))
    if request.param == "valkey":
        client = connect(request.getfixturevalue("valkey").connection_url)
        await client.flushall()
    made = RedisFeed(client)
    yield made
    await made.close()
    await client.aclose()


async def read(feed: Feed, count: int, after: str = "") -> list[FeedEvent]:
    events: list[FeedEvent] = []
    async with asyncio.timeout(5), aclosing(feed.follow(A_CONVERSATION, after)) as following:
        async for event in following:
            if event:
                events.append(event)
            if len(events) == count:
                break
    return events


async def test_what_was_published_before_and_after_is_seen_in_order(feed: Feed) -> None:
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


async def test_an_event_is_published_once_per_key(feed: Feed) -> None:
    first = await feed.publish(A_CONVERSATION, "reply", "1", key="r1-0")

    assert await feed.publish(A_CONVERSATION, "reply", "1", key="r1-0") == first
    await feed.publish(A_CONVERSATION, "reply", "2", key="r2-0")
    assert [event.data for event in await read(feed, 2)] == ["1", "2"]


async def test_a_cut_connection_resumes_where_it_was(feed: Feed) -> None:
    for number in range(4):
        await feed.publish(A_CONVERSATION, "reply", str(number), key=f"r{number}")
    seen = await read(feed, 2)

    assert [event.data for event in await read(feed, 2, after=seen[-1].id)] == ["2", "3"]


async def test_no_visitor_sees_anothers_feed(feed: Feed) -> None:
    await feed.publish(a_conversation("customer-2"), "reply", "not yours", key="r1")
    await feed.publish(A_CONVERSATION, "reply", "yours", key="r1")

    assert [event.data for event in await read(feed, 1)] == ["yours"]


def partial(text: str) -> FeedEvent:
    """What is seen of an answer in the making: nothing to resume from."""
    return FeedEvent("", "partial", text)


async def test_whoever_follows_sees_how_far_it_got_and_then_the_reply(feed: Feed) -> None:
    async with asyncio.timeout(5), aclosing(feed.follow(A_CONVERSATION, "")) as following:
        await feed.show(A_CONVERSATION, "partial", "a", key="r1")
        assert await news(following) == partial("a")
        await feed.show(A_CONVERSATION, "partial", "ab", key="r1")
        assert await news(following) == partial("ab")

        await feed.publish(A_CONVERSATION, "reply", "abc", key="r1")

        reply = await news(following)
        assert (reply.kind, reply.data) == ("reply", "abc")


async def test_whoever_comes_midway_sees_the_newest_alone(feed: Feed) -> None:
    await feed.publish(A_CONVERSATION, "reply", "earlier", key="r0")
    for text in ("a", "ab", "abc"):
        await feed.show(A_CONVERSATION, "partial", text, key="r1")

    earlier, now = await read(feed, 2)

    assert (earlier.data, now) == ("earlier", partial("abc"))
    assert await read(feed, 1, after=earlier.id) == [partial("abc")]


async def test_whoever_resumes_after_the_reply_sees_nothing_of_its_making(feed: Feed) -> None:
    before = await feed.publish(A_CONVERSATION, "reply", "earlier", key="r0")
    await feed.show(A_CONVERSATION, "partial", "a", key="r1")
    await feed.publish(A_CONVERSATION, "reply", "abc", key="r1")
    await feed.publish(A_CONVERSATION, "reply", "later", key="r2")

    assert [event.data for event in await read(feed, 2, after=before)] == ["abc", "later"]


async def test_what_comes_later_than_its_reply_is_not_shown(feed: Feed) -> None:
    """A worker that stood still wakes up, and goes on showing what another one answered long ago."""
    await feed.publish(A_CONVERSATION, "reply", "abc", key="r1")
    await feed.show(A_CONVERSATION, "partial", "abcdef", key="r1")
    await feed.publish(A_CONVERSATION, "reply", "later", key="r2")

    assert [event.data for event in await read(feed, 2)] == ["abc", "later"]


async def test_what_was_seen_does_not_get_shorter(feed: Feed) -> None:
    """A turn that is run again starts from nothing."""
    await feed.show(A_CONVERSATION, "partial", "abc", key="r1")
    await feed.show(A_CONVERSATION, "partial", "x", key="r1")
    assert await read(feed, 1) == [partial("abc")]

    await feed.show(A_CONVERSATION, "partial", "y", key="r2")
    assert await read(feed, 1) == [partial("y")], "another reply is another text"


async def test_a_late_reply_leaves_what_is_shown_of_the_next_one(feed: Feed) -> None:
    await feed.show(A_CONVERSATION, "partial", "next", key="r2")
    await feed.publish(A_CONVERSATION, "reply", "late", key="r1")

    assert [event.data for event in await read(feed, 2)] == ["late", "next"]


async def test_a_follower_outlasts_a_store_that_is_away_and_misses_nothing(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed = RedisFeed(client)
    monkeypatch.setattr("bot.store.feed._LOOK_AGAIN_S", 0.02)
    await feed.publish(A_CONVERSATION, "reply", "before", key="r1")
    following = feed.follow(A_CONVERSATION, "")
    assert (await news(following)).data == "before"

    look = feed._look

    async def away(*_: object) -> tuple[list[FeedEvent], FeedEvent | None]:
        raise Unavailable("the store is away")

    monkeypatch.setattr(feed, "_look", away)
    assert [await anext(following) for _ in range(3)] == [None] * 3, "signs of life"
    monkeypatch.setattr(feed, "_look", look)
    await feed.publish(A_CONVERSATION, "reply", "after", key="r2")

    assert (await news(following)).data == "after"
    await following.aclose()
    await feed.close()


async def test_no_visitor_sees_what_another_is_shown(feed: Feed) -> None:
    await feed.show(a_conversation("customer-2"), "partial", "not yours, and long", key="r1")
    await feed.show(A_CONVERSATION, "partial", "yours", key="r1")

    assert await read(feed, 1) == [partial("yours")]


async def test_showing_fills_no_memory(client: Client) -> None:
    feed, keys = RedisFeed(client), Keys(A_CONVERSATION)
    for length in range(300):
        await feed.show(A_CONVERSATION, "partial", "x" * length, key="r1")

    assert await client.keys("*") == [keys.draft.encode()]
    assert 0 < await client.ttl(keys.draft) <= bounds.DRAFT_S
    await feed.publish(A_CONVERSATION, "reply", "abc", key="r1")
    assert await client.xlen(keys.feed) == 1
    assert not await client.exists(keys.draft)


async def news(following: AsyncIterator[FeedEvent | None]) -> FeedEvent:
    """The next event."""
    while (event := await anext(following)) is None:
        pass
    return event
