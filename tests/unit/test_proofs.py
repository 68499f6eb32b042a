"""The machines behind `make peak`, `make soak` and `make capacity`: what they compute is true."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from statistics import mean

import pytest
from aiohttp import web

from tests.house import free_port
from tests.proofs.capacity import formulas
from tests.proofs.capacity.batch import Batch
from tests.proofs.capacity.kernel import Clock, Process
from tests.proofs.capacity.plant import Plant
from tests.proofs.capacity.simulation import Simulation
from tests.proofs.figures import growth, quantile
from tests.proofs.load.connections import BROKEN, Connections
from tests.proofs.load.plan import Sent
from tests.proofs.peak.fairness import off, shares
from tests.proofs.report import Report


class Door:
    """Answers 200, unless it is told to hang up."""

    def __init__(self) -> None:
        self.port = free_port()
        self.hangs_up = False
        self.callers: set[object] = set()

    async def answer(self, request: web.Request) -> web.Response:
        self.callers.add(request.transport)
        if self.hangs_up and request.transport:
            request.transport.abort()
        return web.Response(text="ok")


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    door, app = Door(), web.Application()
    app.router.add_post("/", door.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", door.port).start()
    yield door
    await runner.cleanup()


CALL = b"POST / HTTP/1.1\r\nHost: door\r\nContent-Length: 0\r\n\r\n"


async def test_one_connection_serves_one_call_after_the_other(door: Door) -> None:
    connections = Connections("127.0.0.1", door.port, timeout=5, most=10)

    assert [await connections.call(CALL) for _ in range(3)] == [200] * 3
    connections.close()

    assert len(door.callers) == 1


async def test_a_door_that_hangs_up_has_not_acknowledged(door: Door) -> None:
    connections = Connections("127.0.0.1", door.port, timeout=5, most=10)
    door.hangs_up = True
    assert await connections.call(CALL) == BROKEN

    door.hangs_up = False
    assert await connections.call(CALL) == 200
    connections.close()


def test_a_callback_s_time_counts_from_when_it_was_due() -> None:
    sent = Sent("wecom", due=1.0, left=3.0, done=3.5, status=200)

    assert (sent.seconds, sent.late) == (2.5, 2.0)


def test_shares_are_those_of_the_time_in_which_all_had_work() -> None:
    ready = [(0.0, tenant) for tenant in "ab" for _ in range(20)]
    answered = [(1.0 + at, tenant) for at in range(4) for tenant in ("a", "b", "b", "b")]  # by weight
    answered += [
        (9.0 + at, tenant) for at in range(8) for tenant in ("b", "a")
    ]  # as it comes: b is nearly done

    got = shares(ready, answered, enough=9)

    assert sum(got.values()) == pytest.approx(1)
    assert dict(off(got, {"a": 1, "b": 3})) == pytest.approx({"a": 0, "b": 0}, abs=0.15)
    assert dict(off({"a": 0.5, "b": 0.5}, {"a": 1, "b": 3})) == pytest.approx({"a": 1, "b": -1 / 3})
    assert shares(ready, answered, enough=21) == {}, "they never had so many"


def test_a_quantile_is_a_value_that_was_seen() -> None:
    assert quantile([5.0, 1.0, 3.0, 2.0, 4.0], 0.5) == 3.0
    assert quantile(list(map(float, range(1, 101))), 0.99) == 99.0
    assert quantile([7.0], 1.0) == 7.0


def test_growth_is_that_of_the_line_through_all_points() -> None:
    assert growth([0, 1, 2, 3, 4], [100, 101, 102, 103, 104]) == pytest.approx(0.04)
    assert growth([0, 1, 2, 3, 4], [100, 103, 97, 103, 97]) == pytest.approx(-0.024, abs=0.01)


def test_a_report_is_kept_while_each_figure_is_within_its_bounds(capsys: pytest.CaptureFixture[str]) -> None:
    report = Report("peak")
    report.tell("waiting", 90_000, "messages")
    report.tell("growth", 1.2, "times", most=1.5)
    kept_at_first = report.kept

    report.tell("acknowledged", 99, "messages", least=100)

    assert (kept_at_first, report.kept) == (True, False)
    assert report.conclude() == 1
    *lines, missed, verdict = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line.get("kept") for line in lines] == [None, True, False]
    assert missed == {"proof": "peak", "missed": "acknowledged"}
    assert verdict == {"proof": "peak", "wanted": 2, "missed": 1, "kept": False}


@pytest.mark.parametrize(("together", "seconds"), [(1, 60 / 30), (64, 60 * 64 / 660)])
def test_a_batch_shares_its_steps(together: int, seconds: float) -> None:
    clock, done = Clock(), list[float]()
    batch = Batch(clock, Plant().step)

    def sequence(own: list[Process]) -> Process:
        batch.enter(own[0], 60)
        yield None
        done.append(clock.now)

    for _ in range(together):
        own: list[Process] = []
        own.append(sequence(own))
        clock.start(own[0])
    clock.run(100)

    assert done == pytest.approx([seconds] * together)


@pytest.mark.parametrize(
    ("plant", "rate"),
    [
        (Plant(), 7.0),
        (Plant(), 30.0),
        (Plant(servers=4), 40.0),
        (Plant(servers=20, full=6600, alone=300), 100.0),
        (Plant(servers=20, full=6600, alone=300, workers=4, embed=0), 1000.0),
        (Plant(servers=4, turns=16), 30.0),
    ],
)
def test_what_formulas_say_is_what_a_simulation_does(plant: Plant, rate: float) -> None:
    _, most = formulas.first(plant)
    seconds = 20_000 / most
    simulation = Simulation(plant, rate=rate, seed=7, warm_up=30 if most < 100 else 15)
    simulation.run(seconds)

    assert simulation.seen.ended / seconds == pytest.approx(min(rate, most), rel=0.05)


def test_inside_are_as_many_as_arrive_in_the_time_that_one_stays() -> None:
    simulation = Simulation(Plant(), rate=7, seed=7, warm_up=30)
    simulation.run(1200)

    assert simulation.seen.inside / 1200 == pytest.approx(7 * mean(simulation.seen.answered), rel=0.05)
