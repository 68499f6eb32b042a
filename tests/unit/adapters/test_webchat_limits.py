"""The sliding window: exact at first, fair afterwards, small always."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from adapters.webchat.limits import RateLimit


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
