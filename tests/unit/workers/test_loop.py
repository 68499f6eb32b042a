"""The bridge between Celery's threads and the loop."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine, Iterator
from concurrent.futures import CancelledError, ThreadPoolExecutor
from typing import Any

import pytest

from bot.errors import Unavailable
from bot.types import Conversation, Outgoing, Work
from tests.builders import A_CONVERSATION
from tests.fakes import RecordedNudges
from workers.lanes import Lanes
from workers.loop import LoopThread
from workers.nudges import DeliverHere


@pytest.fixture
def loop() -> Iterator[LoopThread]:
    made = LoopThread().start()
    yield made
    made.stop()


async def spawn(loop: LoopThread, work: Coroutine[Any, Any, None]) -> None:
    """As a delivery is started by the turn before it: inside the loop."""
    loop.spawn(work)


async def after(seconds: float, result: str = "done") -> str:
    await asyncio.sleep(seconds)
    return result


def test_many_threads_wait_on_one_loop(loop: LoopThread) -> None:
    with ThreadPoolExecutor(20) as threads:
        started = time.monotonic()
        results = list(threads.map(lambda n: loop.run(after(0.2, str(n))), range(20)))

    assert results == [str(n) for n in range(20)]
    assert time.monotonic() - started < 2


def test_what_a_coroutine_raises_comes_back(loop: LoopThread) -> None:
    async def fail() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        loop.run(fail())


def test_cancelling_all_ends_what_is_in_work(loop: LoopThread) -> None:
    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(lambda: loop.run(after(60)))
        while not loop.busy:
            time.sleep(0.01)
        loop.cancel_all()
        with pytest.raises(CancelledError):
            waiting.result(5)


def test_waiting_until_idle_ends_with_the_work_or_with_the_time(loop: LoopThread) -> None:
    async def work(seconds: float) -> None:
        await asyncio.sleep(seconds)

    loop.run(spawn(loop, work(0.1)))
    loop.wait_idle(5)
    assert loop.busy == 0

    loop.run(spawn(loop, work(60)))
    loop.wait_idle(0.1)
    assert loop.busy == 1
    loop.cancel_all()


def test_background_work_that_fails_does_not_go_unseen(
    loop: LoopThread, capsys: pytest.CaptureFixture[str]
) -> None:
    async def fail() -> None:
        raise ZeroDivisionError

    loop.run(spawn(loop, fail()))

    assert "ZeroDivisionError" in heard("background_work_failed", capsys)


def test_background_work_that_meets_an_outage_is_a_line_and_no_trace(
    loop: LoopThread, capsys: pytest.CaptureFixture[str]
) -> None:
    async def fail() -> None:
        raise Unavailable("the store is away")

    loop.run(spawn(loop, fail()))

    told = heard("background_work_put_off", capsys)
    assert "the store is away" in told
    assert "Traceback" not in told


def heard(event: str, capsys: pytest.CaptureFixture[str]) -> str:
    """All that was told up to this event: the loop's own thread draws a trace in its own time."""
    told = ""
    for _ in range(500):
        told += "".join(capsys.readouterr())
        if event in told:
            return told
        time.sleep(0.01)
    raise AssertionError("nobody heard of it")


async def never(out: Outgoing, *, since: float) -> None:
    raise AssertionError(f"nobody has a lease here: {out}")


async def test_deliveries_start_here_while_there_is_room_and_go_through_the_queue_beyond() -> None:
    queue, gate, delivered = RecordedNudges(), asyncio.Event(), []
    tasks: list[asyncio.Task[None]] = []

    async def deliver(conversation: Conversation) -> None:
        await gate.wait()
        delivered.append(conversation)

    lanes = Lanes(deliver, at_once=1, longest=1)
    here = DeliverHere(queue, lambda work: tasks.append(asyncio.create_task(work)), lanes, never)
    for _ in range(3):
        here.nudge(Work.DELIVER, A_CONVERSATION)
        await asyncio.sleep(0)
    here.nudge(Work.ANSWER, A_CONVERSATION)

    assert len(tasks) == 2, "one at work, one in the lane"
    assert [work for work, _ in queue.nudged] == [Work.DELIVER, Work.ANSWER]
    gate.set()
    await asyncio.gather(*tasks)
    here.nudge(Work.DELIVER, A_CONVERSATION)
    assert len(tasks) == 3, "there is room again"
    await tasks[2]
    assert len(delivered) == 3
