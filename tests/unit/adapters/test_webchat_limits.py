"""The sliding window: exact at first, fair afterwards, small always."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.webchat import limits
from adapters.webchat.limits import RateLimit, SharedLimit
from bot.breaker import FAILURES
from bot.errors import Unavailable
from bot.store.rates import RedisRates
from bot.store.redis import Client
from bot.types import Rate
from tests.fakes import FreeRates


class SettableClock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_the_limit_is_met_exactly_and_told_how_long_to_wait() -> None:
    clock = SettableClock()
    limit = RateLimit(3, clock)

    waits = [limit.take("visitor") for _ in range(4)]

    assert waits == [0, 0, 0, 60]
    assert limit.take("another") == 0


def test_a_refusal_is_not_counted() -> None:
    clock = SettableClock()
    limit = RateLimit(1, clock)
    limit.take("visitor")

    for _ in range(50):
        limit.take("visitor")
    clock.now += 60

    assert limit.take("visitor") == 0


def test_after_a_burst_room_comes_back_bit_by_bit() -> None:
    clock = SettableClock()
    limit = RateLimit(6, clock)
    for _ in range(6):
        limit.take("visitor")

    clock.now += 60 + 20  # a third of the next window: two of six have slid out

    assert [limit.take("visitor") > 0 for _ in range(3)] == [False, False, False]
    assert limit.take("visitor") > 0


def test_after_two_quiet_minutes_all_is_forgotten() -> None:
    clock = SettableClock()
    limit = RateLimit(2, clock)
    limit.take("visitor")
    limit.take("visitor")

    clock.now += 120

    assert [limit.take("visitor") for _ in range(2)] == [0, 0]


@given(st.lists(st.floats(0, 70), max_size=60))
def test_waiting_as_told_is_enough(gaps: list[float]) -> None:
    clock = SettableClock()
    limit = RateLimit(4, clock)
    for gap in gaps:
        clock.now += gap
        wait = limit.take("visitor")
        if wait:
            clock.now += wait + 1e-6
            assert limit.take("visitor") == 0


def test_made_up_keys_do_not_fill_the_memory() -> None:
    limit = RateLimit(1, SettableClock(), most_keys=100)

    for number in range(1000):
        limit.take(str(number))

    assert len(limit) == 100
    assert limit.take("999") > 0, "the newest keys are the ones that are kept"


async def test_all_gateways_count_together(fake_redis: Client) -> None:
    clock = SettableClock()
    gateways = [SharedLimit("web:messages", 4, RedisRates(fake_redis), clock) for _ in range(3)]

    waits = [await gateways[number % 3].take("visitor") for number in range(9)]

    assert waits[:4] == [0] * 4
    assert all(59 < wait <= 60 for wait in waits[4:])
    assert await gateways[0].take("another") == 0


async def test_what_this_gateway_turns_away_costs_the_store_nothing() -> None:
    rates = FreeRates()
    limit = SharedLimit("web:messages", 2, rates, SettableClock())

    for _ in range(50):
        await limit.take("visitor")

    assert len(rates.asked) == 2


class Away(FreeRates):
    """A store that says so, or says nothing at all."""

    def __init__(self, *, hangs: bool) -> None:
        super().__init__()
        self.hangs = hangs

    async def spare(self, rate: Rate) -> float:
        self.asked.append(rate)
        if self.hangs:
            await asyncio.Event().wait()
        raise Unavailable("the store is away")


@pytest.mark.parametrize("hangs", [False, True])
async def test_with_the_store_away_each_gateway_counts_for_itself_and_soon_asks_no_more(
    hangs: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "_ANSWER_S", 0.01)
    rates = Away(hangs=hangs)
    limit = SharedLimit("web:messages", 20, rates, SettableClock())

    waits = [await limit.take("visitor") for _ in range(21)]

    assert waits == [0] * 20 + [60]
    assert len(rates.asked) == FAILURES
