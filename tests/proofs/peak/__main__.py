"""`make peak`: measures the doors, floods them at 80% of that, and has a model answer a tenth of it.

Load generator, gateway, store, worker and the simulated platform are processes of their own and share this
machine's processors, so the doors' rate is measured with all of them at what they do in the flood: the most
that may arrive, whether the doors are ready or not, without a queue before them that grows. Once everything has
arrived the model answers at once, so that the rest is drained in minutes rather than a quarter
of an hour.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from tests.house import House, a_house
from tests.proofs import processor
from tests.proofs.figures import quantile
from tests.proofs.load.connections import BROKEN
from tests.proofs.load.plan import Outcome, Plan
from tests.proofs.load.run import a_load
from tests.proofs.paced_worker import pace_file
from tests.proofs.peak import shops, telling
from tests.proofs.peak.telling import Doors, Flood, Moment
from tests.proofs.report import Report
from tests.simulators.wecom import WeComSimulator
from workers.up import BEHIND

_LOAD: Final = 0.8
"""Of the doors' rate. With more than 1 the proof can't be kept, and tells what doors do with too much."""
_MODEL: Final = 0.1
_AT_ONCE: Final = 64
"""Turns in work; with the model's seconds, they set how many are answered a second."""
_PROBE: Final = 10_000
_PROBE_S: Final = 8.0
_STEPS: Final = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
"""Of what the doors take when the next comes as soon as one is taken, which is more than they bear: messages
that wait for one another are cheaper together. Upwards, so that only the last leaves a queue at the doors."""
_BORNE_MS: Final = 250.0
"""99 of 100 are acknowledged within that in the second half of a probe: no queue grows."""
_GUESS: Final = 2000.0
"""Messages a second at the doors, until they were measured."""
_STALLED_S: Final = 60.0


class Peak:
    """The house at its peak."""

    def __init__(self, house: House, wecom: WeComSimulator, *, messages: int, seed: int) -> None:
        self._house = house
        self._wecom = wecom
        self._messages = messages
        self._seed = seed
        self._taken = 0
        """Messages of probes."""

    async def start(self) -> None:
        """Everything but the load."""
        self._pace(_paced(_GUESS))
        await self._house.start("valkey", "gateway")
        command = [*BEHIND, sys.executable, "-m", "tests.proofs.paced_worker", str(self._house.config)]
        self._house.spawn("worker", command)
        await self._house.ready(worker=True)

    async def doors(self) -> Doors:
        """Roughly first, by how quickly they take what waits before them; then step by step, while they bear
        it. The worker has those of the time before to answer. Raises RuntimeError for doors that bear nothing."""
        rough, borne = await self._rough(), None
        for step in _STEPS:
            rate = rough * step
            self._pace(_paced(rate))
            outcome, answered = await self._probe(f"at-{step:g}", int(_PROBE_S * rate), rate)
            if not _borne(outcome):
                break
            borne = Doors(rate, answered / outcome.sent[-1].due)
        self._pace(0)
        await self._drain(self._taken)
        if borne is None or len(self._wecom.record.seen) < self._taken:
            raise RuntimeError("what was measured are no doors: they bear nothing, or not all was answered")
        return borne

    async def _rough(self) -> float:
        outcome, _ = await self._probe("rough", _PROBE)
        done = sorted(sent.done for sent in outcome.sent if sent.status == 200)
        warm = len(done) // 5  # connections are made, scripts are learnt
        return (len(done) - warm) / (done[-1] - done[warm - 1])

    async def _probe(self, customers: str, count: int, rate: float = 0.0) -> tuple[Outcome, int]:
        """And how many were answered meanwhile."""
        async with a_load(self._plan(customers, min(count, self._messages), rate), self._house.folder) as go:
            seen = len(self._wecom.record.seen)
            outcome = await go()
            answered = len(self._wecom.record.seen) - seen
        self._taken += sum(sent.status == 200 for sent in outcome.sent)
        return outcome, answered

    async def flood(self, rate: float, load: float) -> Flood:
        """Everybody writes, so much of the doors' `rate`; then the model speeds up, and all are answered."""
        self._pace(_paced(rate))
        seen = len(self._wecom.record.seen)
        async with a_load(self._plan("peak", self._messages, rate * load), self._house.folder) as go:
            before = await self._moment()
            outcome = await go()
        arrived, then = len(self._wecom.record.seen) - seen, await self._moment()
        self._pace(0)
        started = time.perf_counter()
        refused = sum(one.status not in (200, BROKEN) for one in outcome.sent)
        await self._drain(seen + self._messages - refused)
        drained_s = time.perf_counter() - started
        answered = tuple((one.at, one.to) for one in self._wecom.record.seen[seen:])
        return Flood(outcome, answered, arrived, before, then, await self._moment(), drained_s)

    def _plan(self, customers: str, messages: int, rate: float = 0.0) -> Plan:
        channels = tuple(shops.WEIGHTS)
        return Plan("127.0.0.1", self._house.port, channels, customers, messages, self._seed, rate)

    def _pace(self, seconds: float) -> None:
        file = pace_file(self._house.config)
        draft = file.with_suffix(".new")
        draft.write_text(f"{seconds}", encoding="utf-8")
        draft.replace(file)  # at once: the worker may be reading it

    async def _moment(self) -> Moment:
        async with self._house.stores() as stores:
            used = int((await stores.client.info("memory"))["used_memory"])
            rewrites = int((await stores.client.info("persistence"))["aof_rewrites"])
        machine = processor.of_machine() - time.process_time()
        return Moment(used, rewrites, processor.of_all(self._house), machine, time.perf_counter())

    async def _drain(self, count: int) -> None:
        """Until so many were answered; or nothing was for long, and the figures will tell."""
        seen, last, had = self._wecom.record.seen, time.monotonic(), 0
        while len(seen) < count and time.monotonic() - last < _STALLED_S:
            if len(seen) > had:
                last, had = time.monotonic(), len(seen)
            await asyncio.sleep(0.2)
        await asyncio.sleep(1.0)  # in which a second copy would come


def _borne(outcome: Outcome) -> bool:
    """Nobody was turned away, and the doors kept up."""
    late = [one.seconds for one in outcome.sent if one.due >= outcome.sent[-1].due / 2]
    return all(one.status == 200 for one in outcome.sent) and quantile(late, 0.99) * 1000 <= _BORNE_MS


def _paced(rate: float) -> float:
    """Seconds of an answer, so that a tenth of the doors' rate is answered."""
    return _AT_ONCE / (rate * _MODEL)


async def run(messages: int, seed: int, load: float) -> int:
    """The exit code."""
    report = Report("peak")
    with tempfile.TemporaryDirectory() as folder:
        environment = {"KEFU_REDIS__APPENDFSYNC": "everysec", "KEFU_WORKER__CONCURRENCY": f"{_AT_ONCE}"}
        async with WeComSimulator() as wecom, a_house(Path(folder), environment=environment) as house:
            shops.furnish(house, wecom)
            peak = Peak(house, wecom, messages=messages, seed=seed)
            await peak.start()
            doors = await peak.doors()
            unit = f"messages/s, all acknowledged, 99 of 100 within {_BORNE_MS:g} ms, all else at work"
            report.tell("doors", doors.rate, unit)
            report.tell("answered_while_measuring", doors.answered, "messages/s")
            flood = await peak.flood(doors.rate, load)
    telling.tell_doors(report, flood.outcome)
    telling.tell_store(report, flood)
    telling.tell_answers(report, flood, messages)
    telling.tell_processor(report, flood, messages)
    return report.conclude()


def main() -> int:
    """The exit code."""
    arguments = argparse.ArgumentParser(prog="make peak")
    arguments.add_argument("--messages", type=int, default=100_000)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--load", type=float, default=_LOAD, help="of the doors' rate")
    return asyncio.run(run(**vars(arguments.parse_args())))


if __name__ == "__main__":
    sys.exit(main())
