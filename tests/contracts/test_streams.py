"""The contract of replies that a platform fetches: taken or closed, never both, never neither."""

from __future__ import annotations

import asyncio

import pytest

from bot.ports import Streamed
from bot.store import bounds, keys
from bot.store.redis import Client
from bot.store.streams import RedisStreams

WAIT = Streamed("", over=False)
OVER = Streamed("", over=True)


@pytest.fixture
def streams(client: Client) -> RedisStreams:
    return RedisStreams(client)


async def take(streams: RedisStreams, id_: str = "s1") -> str:
    """Poll until it is over."""
    async with asyncio.timeout(5):
        while not (told := await streams.poll(id_)).over:
            await asyncio.sleep(0.02)
    return told.text


async def test_polls_wait_until_the_answer_is_there(streams: RedisStreams) -> None:
    await streams.open("s1", seconds=60)
    assert [await streams.poll("s1") for _ in range(2)] == [WAIT, WAIT]

    taking = asyncio.create_task(take(streams))

    assert await streams.offer("s1", "七天内可退", patience=5)
    assert await taking == "七天内可退"


async def test_a_poll_whose_answer_got_lost_gets_it_again(streams: RedisStreams) -> None:
    await streams.open("s1", seconds=60)
    offering = asyncio.create_task(streams.offer("s1", "七天内可退", patience=5))

    assert await take(streams) == await take(streams) == "七天内可退"
    assert await offering


async def test_an_answer_that_a_poll_took_is_not_sent_again(streams: RedisStreams) -> None:
    await streams.open("s1", seconds=60)
    await asyncio.gather(streams.offer("s1", "好", patience=5), take(streams))

    assert await streams.offer("s1", "好", patience=0), "a worker that was killed meanwhile tries once more"


async def test_a_persons_words_do_not_pass_for_the_answer_that_was_taken(streams: RedisStreams) -> None:
    await streams.open("s1", seconds=60)
    await asyncio.gather(streams.offer("s1", "好", patience=5), take(streams))

    assert not await streams.offer("s1", "【人工客服】您好", patience=5), "it must go another way"
    assert await take(streams) == "好"


async def test_an_answer_that_nobody_fetches_goes_another_way(streams: RedisStreams) -> None:
    await streams.open("s1", seconds=60)

    assert not await streams.offer("s1", "好", patience=0.05)

    assert await streams.poll("s1") == OVER, "a poll that comes all the same must not show it twice"
    assert not await streams.offer("s1", "好", patience=5)


async def test_a_stream_past_its_time_is_closed_by_a_poll(streams: RedisStreams) -> None:
    await streams.open("s1", seconds=0.05)
    await asyncio.sleep(0.1)

    assert await streams.poll("s1") == OVER
    assert not await streams.offer("s1", "好", patience=5)


async def test_a_stream_past_its_time_takes_no_answer(streams: RedisStreams) -> None:
    await streams.open("s1", seconds=0.05)
    await asyncio.sleep(0.1)

    assert not await streams.offer("s1", "好", patience=5)
    assert await streams.poll("s1") == OVER


async def test_a_stream_that_nobody_opened_is_closed(streams: RedisStreams) -> None:
    assert await streams.poll("s1") == OVER


async def test_a_worker_may_be_quicker_than_the_door(streams: RedisStreams) -> None:
    offering = asyncio.create_task(streams.offer("s1", "好", patience=5))
    await asyncio.sleep(0.05)
    await streams.open("s1", seconds=60)

    assert await take(streams) == "好"
    assert await offering


async def test_opening_again_gives_no_more_time(streams: RedisStreams) -> None:
    await streams.open("s1", seconds=0.05)
    await streams.open("s1", seconds=60)
    await asyncio.sleep(0.1)

    assert await streams.poll("s1") == OVER


async def test_streams_do_not_see_one_another(streams: RedisStreams) -> None:
    await streams.open("s1", seconds=60)
    await streams.open("s2", seconds=60)

    assert not await streams.offer("s1", "好", patience=0)
    assert await streams.poll("s2") == WAIT


async def test_polls_see_how_far_the_answer_got_and_then_take_it(streams: RedisStreams) -> None:
    await streams.open("s1", seconds=60)
    assert await streams.poll("s1") == WAIT

    for text in ("七天内可退。", "七天内可退。请走申请。"):
        await streams.show("s1", text)
        assert [await streams.poll("s1") for _ in range(2)] == [Streamed(text, over=False)] * 2

    offering = asyncio.create_task(streams.offer("s1", "七天内可退。请走申请。运费我们出。", patience=5))
    assert await take(streams) == "七天内可退。请走申请。运费我们出。"
    assert await offering


async def test_a_poll_is_never_told_less_than_the_one_before(streams: RedisStreams) -> None:
    """A turn that is run again, by another worker, starts from nothing."""
    await streams.open("s1", seconds=60)
    await streams.show("s1", "七天内可退。请走")
    await streams.show("s1", "七天")

    assert await streams.poll("s1") == Streamed("七天内可退。请走", over=False)


async def test_an_answer_may_be_shorter_than_what_was_shown_of_it(streams: RedisStreams) -> None:
    await streams.open("s1", seconds=60)
    await streams.show("s1", "七天内可退。请走")

    taken, seen = await asyncio.gather(streams.offer("s1", "抱歉", patience=5), take(streams))

    assert (taken, seen) == (True, "抱歉")


async def test_nothing_is_shown_once_the_answer_is_laid_out_or_taken(streams: RedisStreams) -> None:
    await streams.open("s1", seconds=60)
    offering = asyncio.create_task(streams.offer("s1", "好", patience=5))
    await asyncio.sleep(0.05)
    await streams.show("s1", "七天内可退。")

    assert await take(streams) == "好"
    assert await offering
    await streams.show("s1", "七天内可退。")
    assert await take(streams) == "好"


async def test_nothing_is_shown_once_the_stream_is_closed(streams: RedisStreams) -> None:
    await streams.open("late", seconds=0.05)
    await streams.open("unpolled", seconds=60)
    await streams.show("late", "七天")
    await asyncio.sleep(0.1)
    await streams.offer("unpolled", "好", patience=0)

    for id_ in ("late", "unpolled"):
        await streams.show(id_, "七天内可退。")
        assert await streams.poll(id_) == OVER
        await streams.show(id_, "七天内可退。请走")
        assert await streams.poll(id_) == OVER


async def test_a_worker_may_show_something_before_the_door_opened(streams: RedisStreams) -> None:
    await streams.show("s1", "七天内可退。")
    await streams.open("s1", seconds=60)

    assert await streams.poll("s1") == Streamed("七天内可退。", over=False)


@pytest.mark.parametrize("seed", range(20))
async def test_an_answer_at_the_last_moment_is_taken_or_refused(streams: RedisStreams, seed: int) -> None:
    """The poll that closes and the worker that offers meet: whoever is first, the answer has one way."""
    await streams.open("s1", seconds=seed / 1000)

    taken, seen = await asyncio.gather(streams.offer("s1", "好", patience=0.01), take(streams))

    assert seen == ("好" if taken else "")


async def test_nothing_is_kept_for_ever(streams: RedisStreams, client: Client) -> None:
    await streams.open("opened", seconds=60)
    await streams.poll("polled")
    await streams.offer("offered", "好", patience=0)
    await streams.show("shown", "好")

    for id_ in ("opened", "polled", "offered", "shown"):
        assert 0 < await client.ttl(keys.stream(id_)) <= bounds.STREAM_S
