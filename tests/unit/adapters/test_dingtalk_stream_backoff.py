"""How soon a connection is replaced."""

from __future__ import annotations

from adapters.dingtalk.stream.backoff import Backoff


def slowest() -> Backoff:
    """One whom chance always gives the longest wait."""
    return Backoff(lambda _, limit: limit)


def test_each_failure_doubles_the_limit_up_to_a_minute() -> None:
    backoff = slowest()

    assert [backoff.after(0) for _ in range(8)] == [1, 2, 4, 8, 16, 32, 60, 60]


def test_after_a_thousand_failures_it_is_a_minute_still() -> None:
    backoff = slowest()

    assert [backoff.after(0) for _ in range(2000)][-1] == 60


def test_a_minute_of_health_makes_up_for_all_failures() -> None:
    backoff = slowest()
    for _ in range(5):
        backoff.after(0)

    assert backoff.after(59) == 32
    assert backoff.after(60) == 1


def test_whom_the_server_sends_away_comes_back_at_once_but_not_in_a_loop() -> None:
    backoff = slowest()

    assert [backoff.after(3, sent_away=True) for _ in range(3)] == [0, 2, 4]
    assert backoff.after(3600, sent_away=True) == 0


def test_the_wait_is_anywhere_below_the_limit() -> None:
    waits = [Backoff().after(0) for _ in range(200)]

    assert all(0 <= wait <= 1 for wait in waits)
    assert min(waits) < 0.3 < 0.7 < max(waits)
