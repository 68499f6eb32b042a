"""When to try again: a table."""

from __future__ import annotations

import pytest

from bot.types import GiveUp, RetryAt
from workers.retry import DELIVERY, Patience, answering, decide


@pytest.mark.parametrize(
    ("attempts", "spread", "asked", "wait"),
    [
        (0, 0.0, None, 1),  # the first failure waits the least
        (1, 0.0, None, 2),  # and doubles
        (4, 0.0, None, 16),
        (6, 0.0, None, 30),  # up to the longest
        (500, 0.0, None, 30),  # however often it failed
        (0, 1.0, None, 1.5),  # spread out by half at most
        (0, 0.0, 45.0, 45),  # a platform that names a time is taken at its word
        (6, 0.0, 5.0, 30),  # but never hurries us
    ],
)
def test_the_wait(attempts: int, spread: float, asked: float | None, wait: float) -> None:
    decision = decide(DELIVERY, attempts=attempts, age=0, now=100, spread=spread, asked=asked)

    assert decision == RetryAt(100 + wait)


@pytest.mark.parametrize(
    ("patience", "attempts", "age", "gives_up"),
    [
        (answering(3), 1, 1e9, False),  # age is no matter where attempts are counted
        (answering(3), 2, 0, True),  # this was the third
        (answering(1), 0, 0, True),
        (DELIVERY, 10_000, 0, False),  # attempts are no matter where age counts
        (DELIVERY, 0, 6 * 3600 - 2, False),
        (DELIVERY, 0, 6 * 3600, True),
        (Patience(1, 1), 10**6, 1e9, False),
    ],
)
def test_enough_is_enough(patience: Patience, attempts: int, age: float, gives_up: bool) -> None:
    decision = decide(patience, attempts=attempts, age=age, now=0, spread=0)

    assert isinstance(decision, GiveUp) is gives_up
