"""The contract of rates: so many in any span, a place in line for the others, the same for all processes."""

from __future__ import annotations

import asyncio
from typing import cast

import pytest

from bot.store import keys as names
from bot.store.rates import RedisRates
from bot.store.redis import Client
from bot.types import Rate

RATE = Rate("wecom:corp", most=3, per_s=60)


@pytest.fixture
def rates(client: Client) -> RedisRates:
    return RedisRates(client)


async def turns(rates: RedisRates, *callers: str, rate: Rate = RATE) -> list[int]:
    """Their waits, in whole seconds."""
    return [round(await rates.turn(rate, caller)) for caller in callers]


async def test_so_many_go_at_once_and_the_others_get_places_in_line(rates: RedisRates) -> None:
    assert await turns(rates, *"abcdefg") == [0, 0, 0, 60, 60, 60, 120]


async def test_who_asks_again_keeps_their_place(rates: RedisRates) -> None:
    await turns(rates, *"abcdefg")

    assert await turns(rates, "a", "d", "g", "d", "h") == [0, 60, 120, 60, 120]


async def test_who_went_is_counted_anew(rates: RedisRates) -> None:
    assert await turns(rates, *"aab") == [0, 0, 0], "an answer that got lost is asked for again"
    await rates.gone(RATE, "a")
    await rates.gone(RATE, "a")

    assert await turns(rates, *"acb") == [0, 60, 0]


async def test_a_clock_that_is_put_back_holds_up_nobody_for_longer_than_the_line_is(client: Client) -> None:
    rates, resting = RedisRates(client), Rate("resting", 1, 60)
    await turns(rates, *"abcd")
    await rates.rest(resting, 30)

    await put_back(client, RATE, resting, ms=3_600_000)

    assert max(await turns(rates, *"abcdefg")) <= 120
    assert await turns(rates, "a", rate=resting) == [30]
    assert await client.pttl(names.rate(resting.name)[2]) <= 30_000, "and it ends"


async def put_back(client: Client, *rates: Rate, ms: int) -> None:
    """The server's clock: what stands in the store is so much ahead of it."""
    for gone, line, rest in map(names.rate, (rate.name for rate in rates)):
        for at in await client.lrange(gone, 0, -1):
            await client.lpop(gone)
            await client.rpush(gone, int(at) + ms)
        for caller in cast(list[bytes], await client.zrange(line, 0, -1)):
            await client.zincrby(line, ms, caller)
        if left := max(0, await client.pttl(rest)):
            await client.pexpire(rest, left + ms)


async def test_all_processes_count_together_and_each_name_by_itself(client: Client) -> None:
    one, another = RedisRates(client), RedisRates(client)
    await turns(one, *"abc")

    assert await turns(another, "d") == [60]
    assert await turns(another, "d", rate=Rate("another", 3, 60)) == [0]


async def test_many_at_one_moment_are_not_more_than_many_after_each_other(rates: RedisRates) -> None:
    waits = await asyncio.gather(*(rates.turn(RATE, f"caller {n}") for n in range(9)))

    assert sorted(round(wait) for wait in waits) == [0] * 3 + [60] * 3 + [120] * 3


async def test_the_window_slides(rates: RedisRates) -> None:
    quick = Rate("quick", most=2, per_s=0.5)
    await turns(rates, "a", "b", rate=quick)
    wait = await rates.turn(quick, "c")
    assert 0 < wait <= 0.5

    await asyncio.sleep(wait + 0.2)  # the second may have come a little behind the first

    assert await rates.turn(quick, "c") == 0, "its turn has come"
    assert await rates.turn(quick, "d") == 0, "of the first two, both are a span ago"
    assert await rates.turn(quick, "e") > 0


async def test_who_would_not_wait_is_not_counted_when_there_is_no_room(rates: RedisRates) -> None:
    half = Rate(RATE.name, most=1, per_s=60)

    assert await rates.spare(half) == 0
    assert [round(await rates.spare(half)) for _ in range(5)] == [60] * 5
    assert await turns(rates, *"abc") == [0, 0, 60], "the one that went counts, the five do not"
    assert round(await rates.spare(RATE)) == 60, "nobody overtakes those in line"


async def test_a_platform_that_wants_rest_gets_it_from_all(client: Client) -> None:
    rates = RedisRates(client)
    await turns(rates, *"abcd")

    await rates.rest(RATE, 600)
    await RedisRates(client).rest(RATE, 5)  # a shorter one takes nothing back

    assert await turns(rates, *"efgh") == [600, 600, 600, 660]
    assert await turns(rates, "d") == [660], "a place that came too early is given anew"


async def test_a_rest_said_twice_is_one(rates: RedisRates) -> None:
    for _ in range(2):
        await rates.rest(RATE, 30)

    assert await turns(rates, "a") == [30]


async def test_nothing_is_left_of_a_rate_that_nobody_uses(client: Client) -> None:
    rates = RedisRates(client)
    once = Rate("once", 1, 0.05)
    await turns(rates, *"ab", rate=once)
    await rates.rest(once, 0.05)

    left = {key: await client.pttl(key) for key in await client.keys("kefu:{rate:once}:*")}

    assert left
    assert all(0 < life < 125_000 for life in left.values())


@pytest.mark.parametrize("caller", ["user:张三", "{odd}", "x" * 300])
async def test_names_and_callers_may_be_anybodys(rates: RedisRates, caller: str) -> None:
    rate = Rate(f"webchat:{caller}", 1, 60)

    assert await turns(rates, caller, caller + "2", caller + "2", rate=rate) == [0, 60, 60]
