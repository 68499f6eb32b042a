"""A circuit breaker: when a dependency is left alone, and who finds out that it is well again."""

from __future__ import annotations

import asyncio

import pytest

from bot.breaker import Breaker, State
from bot.errors import Held, LeaseLost, Refused, Unavailable


class Time:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def breaker(time: Time) -> Breaker:
    return Breaker("the server", Unavailable, clock=time, failures=3, first_s=2, longest_s=5)


def fail(breaker: Breaker, error: Exception | None = None) -> None:
    error = error or Unavailable("it is away")
    with pytest.raises(type(error)), breaker.call():
        raise error


def state(breaker: Breaker) -> State:
    return breaker.state


def work(breaker: Breaker) -> None:
    with breaker.call():
        pass


def test_three_failures_in_a_row_and_nobody_asks_any_more(breaker: Breaker) -> None:
    for _ in range(3):
        assert state(breaker) is State.CLOSED
        fail(breaker)

    with pytest.raises(Held, match="the server") as held, breaker.call():
        pytest.fail("nothing is tried")
    assert held.value.retry_after == 2


def test_one_success_between_failures_keeps_it_closed(breaker: Breaker) -> None:
    for _ in range(5):
        fail(breaker)
        fail(breaker)
        work(breaker)

    assert state(breaker) is State.CLOSED


def test_an_answer_that_says_no_is_an_answer(breaker: Breaker) -> None:
    for _ in range(5):
        fail(breaker)
        fail(breaker, Refused("no such model"))

    assert state(breaker) is State.CLOSED


def test_what_is_our_own_matter_tells_nothing(breaker: Breaker) -> None:
    fail(breaker)
    fail(breaker)
    fail(breaker, LeaseLost("another has it"))
    assert state(breaker) is State.CLOSED
    fail(breaker)

    assert state(breaker) is State.OPEN


def test_after_its_time_one_try_alone_is_made_and_closes_it(breaker: Breaker, time: Time) -> None:
    for _ in range(3):
        fail(breaker)
    time.now += 2.1

    with breaker.call():
        assert state(breaker) is State.HALF_OPEN
        with pytest.raises(Held), breaker.call():
            pytest.fail("one at a time")

    assert state(breaker) is State.CLOSED


def test_a_try_that_fails_opens_it_for_longer_up_to_a_limit(breaker: Breaker, time: Time) -> None:
    for _ in range(3):
        fail(breaker)
    for seconds in (4, 5, 5):
        time.now += breaker.wait + 0.1
        fail(breaker)
        assert breaker.wait == pytest.approx(seconds)


def test_who_saw_the_other_side_come_back_has_the_one_try_made_at_once(breaker: Breaker) -> None:
    breaker.back()
    assert state(breaker) is State.CLOSED
    for _ in range(3):
        fail(breaker)
    assert state(breaker) is State.OPEN

    breaker.back()

    assert state(breaker) is State.HALF_OPEN
    work(breaker)
    assert state(breaker) is State.CLOSED


async def test_a_try_that_was_cancelled_tells_nothing_and_the_next_one_may(
    breaker: Breaker, time: Time
) -> None:
    for _ in range(3):
        fail(breaker)
    time.now += 2.1
    begun = asyncio.Event()

    async def hang() -> None:
        with breaker.call():
            begun.set()
            await asyncio.Event().wait()

    trying = asyncio.create_task(hang())
    await begun.wait()
    assert breaker.wait > 0
    trying.cancel()
    await asyncio.wait([trying])

    assert state(breaker) is State.HALF_OPEN
    work(breaker)
    assert state(breaker) is State.CLOSED
