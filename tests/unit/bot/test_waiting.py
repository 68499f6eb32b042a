"""Those who want the same come one after the other; what is done for ever goes on whatever happens."""

from __future__ import annotations

import asyncio

import pytest
from structlog.testing import capture_logs

from bot.errors import Unavailable
from bot.waiting import InTurn, for_ever


class Counter:
    """Where customers are served, each for a moment of our choosing."""

    def __init__(self) -> None:
        self.turns: InTurn[str] = InTurn()
        self.inside: list[str] = []
        self.served: list[str] = []
        self.go = asyncio.Event()

    async def serve(self, name: str, wanted: str = "returns") -> None:
        await self.turns.enter(wanted)
        try:
            self.inside.append(name)
            await self.go.wait()
            self.served.append(name)
        finally:
            if name in self.inside:
                self.inside.remove(name)
            self.turns.leave(wanted)


@pytest.fixture
def counter() -> Counter:
    return Counter()


async def a_moment() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_the_first_to_come_is_the_first_to_go(counter: Counter) -> None:
    customers = [asyncio.create_task(counter.serve(name)) for name in "abc"]
    await a_moment()
    assert counter.inside == ["a"]

    counter.go.set()
    await asyncio.gather(*customers)

    assert counter.served == ["a", "b", "c"]
    assert not counter.turns._behind, "nobody is remembered who has left"


async def test_who_wants_something_else_waits_for_nobody(counter: Counter) -> None:
    customers = [asyncio.create_task(counter.serve(name, wanted=name)) for name in "ab"]
    await a_moment()
    assert counter.inside == ["a", "b"]
    counter.go.set()
    await asyncio.gather(*customers)


async def test_who_gives_up_waiting_holds_nobody_up(counter: Counter) -> None:
    first, second, third = (asyncio.create_task(counter.serve(name)) for name in "abc")
    await a_moment()

    second.cancel()
    counter.go.set()
    await asyncio.gather(first, third)

    assert counter.served == ["a", "c"]
    assert second.cancelled()


async def test_who_is_cancelled_in_the_moment_of_their_turn_passes_it_on(counter: Counter) -> None:
    counter.go.set()
    await counter.turns.enter("returns")
    second, third = (asyncio.create_task(counter.serve(name)) for name in "bc")
    await a_moment()

    counter.turns.leave("returns")
    second.cancel()
    await third

    assert counter.served == ["c"]


async def test_neither_trouble_nor_a_bug_is_the_last_round() -> None:
    faults: list[Exception] = [Unavailable("the store is away"), KeyError("a bug")]
    done = asyncio.Event()

    async def do() -> None:
        if faults:
            raise faults.pop(0)
        done.set()

    with capture_logs() as logs:
        task = asyncio.create_task(for_ever(do, every=0.001, failing="not_done"))
        async with asyncio.timeout(5):
            await done.wait()
    task.cancel()

    assert [(line["event"], line["log_level"]) for line in logs] == [
        ("not_done", "warning"),
        ("not_done", "error"),
    ]
