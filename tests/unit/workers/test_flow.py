"""How fast a line moves is known while somebody waits all the time, and not otherwise."""

from __future__ import annotations

import pytest

from bot.types import Row, Standing
from workers.flow import Flow


def seen(flow: Flow, at: float, had: int, since: float | None) -> float | None:
    flow.saw(Standing(at, had, (Row(5 if since is not None else 0, since), Row(0, None))))
    return flow.rate


def a_backlog(turns_a_second: float, *, seconds: int, flow: Flow | None = None) -> Flow:
    flow = flow or Flow()
    for second in range(seconds + 1):
        seen(flow, 1000.0 + second, int(second * turns_a_second), 999.0)
    return flow


def test_a_backlog_tells_the_rate() -> None:
    assert a_backlog(8, seconds=60).rate == pytest.approx(8, rel=0.02)
    assert a_backlog(0.5, seconds=60).rate == pytest.approx(0.5, rel=0.1)


def test_a_moment_tells_nothing() -> None:
    assert a_backlog(8, seconds=2).rate is None, "all of them may have begun at once"
    assert a_backlog(8, seconds=4).rate is not None


def test_a_line_that_stands_still_is_slower_each_second() -> None:
    rates = [a_backlog(0, seconds=seconds).rate for seconds in (5, 10, 20)]
    assert rates == sorted(rates, key=lambda rate: -(rate or 0))
    assert rates[-1] is not None
    assert rates[-1] < 0.07


def test_few_turns_on_a_quiet_day_say_how_many_ask_and_not_how_many_could() -> None:
    flow = Flow()
    for second in range(60):
        assert seen(flow, 1000.0 + second, second // 10, 1000.0 + second - 0.1) is None
        assert seen(flow, 1000.5 + second, second // 10, None) is None


def test_after_an_outage_of_all_workers_watching_begins_anew() -> None:
    flow = a_backlog(8, seconds=30)

    assert seen(flow, 1300.0, 240, 999.0) is None


def test_a_store_that_forgot_its_turns_is_no_line_that_runs_backwards() -> None:
    flow = a_backlog(8, seconds=30)

    assert seen(flow, 1031.0, 0, 999.0) is None
