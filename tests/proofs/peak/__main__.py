"""`make peak`: measures the doors, floods them at 80% of that, and has a model answer a tenth of it.

Load generator, gateway, store, worker and the simulated platform are processes of their own and share this
machine's processors, so the doors' rate is measured with all of them at what they do in the flood. Once
everything has arrived the model answers at once, so that the rest is drained in minutes rather than a quarter
of an hour.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.house import House, a_house
from tests.proofs import processor
from tests.proofs.figures import quantile
from tests.proofs.load.connections import BROKEN
from tests.proofs.load.plan import Outcome, Plan, Sent
from tests.proofs.load.run import a_load
from tests.proofs.paced_worker import pace_file
from tests.proofs.peak import shops
from tests.proofs.peak.fairness import off, shares
from tests.proofs.report import Report
from tests.simulators.wecom import WeComSimulator

_LOAD: Final = 0.8
"""Of the doors' rate. With more than 1 the proof can't be kept, and tells what doors do with too much."""
_MODEL: Final = 0.1
_AT_ONCE: Final = 64
"""Turns in work; with the model's seconds, they set how many are answered a second."""
_PROBE: Final = 20_000
_GUESS: Final = 2000.0
"""Messages a second at the doors, until they were measured."""
_QUIET_S: Final = 0.8
"""In which a customer is listened to before their turn comes: `quiet_ms`, as nothing else is configured."""
_STALLED_S: Final = 60.0
_BYTES_A_MESSAGE: Final = 1200
_GROWTH: Final = 1.5
_FAR_UNDER_MS: Final = 2500.0
"""Half of what WeCom gives, and what DingTalk does."""
_UNFAIR: Final = 0.1


@dataclass(frozen=True, slots=True)
class Moment:
    """What had been used up to it."""

    bytes: int
    """Of the store's memory."""
    processor: Mapping[str, float]
    """Seconds, by process of the house."""
    machine: float
    """Seconds of all processors, by everything that runs here but the load generator and this process."""
    at: float


@dataclass(frozen=True, slots=True)
class Doors:
    """What they bear."""

    rate: float
    """Messages a second that they acknowledge when the next comes as soon as one is taken."""
    answered: float
    """Messages a second meanwhile."""


@dataclass(frozen=True, slots=True)
class Flood:
    """What was seen of the peak."""

    outcome: Outcome
    answered: tuple[tuple[float, str], ...]
    """When, and who; oldest first."""
    answered_then: int
    """When the last message had arrived."""
    before: Moment
    then: Moment
    after: Moment
    drained_s: float


class Peak:
    """The house at its peak."""

    def __init__(self, house: House, wecom: WeComSimulator, *, messages: int, seed: int) -> None:
        self._house = house
        self._wecom = wecom
        self._messages = messages
        self._seed = seed

    async def start(self) -> None:
        """Everything but the load."""
        self._pace(_paced(_GUESS))
        await self._house.start("valkey", "gateway")
        command = [sys.executable, "-m", "tests.proofs.paced_worker", str(self._house.config)]
        self._house.spawn("worker", command)
        await self._house.ready(worker=True)

    async def doors(self) -> Doors:
        """Measured twice: roughly, for the pace of the model; and with the worker at that pace, which has
        those of the first time to answer."""
        count = min(_PROBE, self._messages)
        rough = await self._probe("rough", count // 2)
        self._pace(_paced(rough.rate))
        doors = await self._probe("probe", count)
        self._pace(0)
        await self._drain(count // 2 + count)
        return doors

    async def _probe(self, customers: str, count: int) -> Doors:
        async with a_load(self._plan(customers, count), self._house.folder) as go:
            seen = len(self._wecom.record.seen)
            outcome = await go()
            answered = len(self._wecom.record.seen) - seen
        done = sorted(sent.done for sent in outcome.sent if sent.status == 200)
        warm = len(done) // 5  # connections are made, scripts are learnt
        return Doors((len(done) - warm) / (done[-1] - done[warm - 1]), answered / done[-1])

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
        machine = processor.of_machine() - time.process_time()
        return Moment(used, processor.of_all(self._house), machine, time.perf_counter())

    async def _drain(self, count: int) -> None:
        """Until so many were answered; or nothing was for long, and the figures will tell."""
        seen, last, had = self._wecom.record.seen, time.monotonic(), 0
        while len(seen) < count and time.monotonic() - last < _STALLED_S:
            if len(seen) > had:
                last, had = time.monotonic(), len(seen)
            await asyncio.sleep(0.2)
        await asyncio.sleep(1.0)  # in which a second copy would come


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
            report.tell("doors", doors.rate, "messages/s acknowledged, 64 in hand, all else at work")
            report.tell("answered_while_measuring", doors.answered, "messages/s")
            flood = await peak.flood(doors.rate, load)
    _tell_doors(report, flood.outcome)
    _tell_store(report, flood)
    _tell_answers(report, flood, messages)
    _tell_processor(report, flood, messages)
    return report.conclude()


def _tell_doors(report: Report, outcome: Outcome) -> None:
    sent = sorted(outcome.sent, key=lambda one: one.due)
    tenth = len(sent) // 10
    taken = sum(one.status == 200 for one in sent)
    report.tell("arrived", len(sent) / sent[-1].due, "messages/s, open loop")
    report.tell("acknowledged", taken, "messages, at the first try", least=len(sent))
    for status, count in sorted(Counter(one.status for one in sent if one.status != 200).items()):
        report.tell(f"not_acknowledged_{status}", count, "messages; 0: no answer within 5 s, or hung up")
    p99_ms = quantile([one.seconds for one in sent], 0.99) * 1000
    report.tell("acknowledged_p99", p99_ms, "ms since it was due", most=_FAR_UNDER_MS)
    report.tell("acknowledged_max", max(one.seconds for one in sent) * 1000, "ms since it was due")
    report.tell("generator_late_p99", quantile([one.late for one in sent], 0.99) * 1000, "ms")
    p99 = []
    for name, some in (("first", sent[:tenth]), ("last", sent[-tenth:])):
        p99.append(_tell_tenth(report, name, some))
    report.tell("acknowledged_p99_growth", p99[1] / p99[0], "last tenth ÷ first", most=_GROWTH)


def _tell_tenth(report: Report, name: str, sent: Sequence[Sent]) -> float:
    seconds = [one.seconds for one in sent]
    for figure, share in (("p50", 0.5), ("p99", 0.99), ("max", 1.0)):
        measure = f"acknowledged_{figure}_{name}_tenth"
        report.tell(measure, quantile(seconds, share) * 1000, "ms since it was due")
    return quantile(seconds, 0.99)


def _tell_store(report: Report, flood: Flood) -> None:
    """What an answered message leaves behind (its mark, the dialogue) is no part of what a waiting one takes;
    and what was not taken in takes nothing."""
    stored = len({who for _, who in flood.answered})
    left = (flood.after.bytes - flood.before.bytes) / stored
    waiting = stored - flood.answered_then
    taken = (flood.then.bytes - flood.before.bytes - left * flood.answered_then) / waiting
    report.tell("waiting", waiting, "messages when the last one had arrived")
    report.tell("text", flood.outcome.text_bytes, "bytes/message")
    measure = "store_bytes_beyond_text"
    report.tell(measure, taken - flood.outcome.text_bytes, "bytes/waiting message", most=_BYTES_A_MESSAGE)
    report.tell("store_bytes_left_behind", left, "bytes/answered message")


def _tell_answers(report: Report, flood: Flood, messages: int) -> None:
    times = Counter(who for _, who in flood.answered)
    report.tell("answered", len(times), "messages, drained completely", least=messages)
    report.tell("answered_twice", sum(count > 1 for count in times.values()), "messages", most=0)
    arrived = flood.outcome.started_at + max(one.done for one in flood.outcome.sent)
    begun = flood.outcome.started_at + (arrived - flood.outcome.started_at) / 10
    paced = sum(begun <= at <= arrived for at, _ in flood.answered) / (arrived - begun)
    report.tell("answered_while_arriving", paced, "messages/s")
    report.tell("drained", flood.drained_s, "s after the last one arrived, with the model sped up")
    answered = [(at, shops.tenant_of(who)) for at, who in flood.answered]
    ready = [
        (flood.outcome.started_at + one.done + _QUIET_S, one.channel)
        for one in flood.outcome.sent
        if one.status == 200
    ]
    got = shares(ready, answered)
    for tenant, by in off(got, shops.WEIGHTS):
        unit = f"share ÷ its due - 1; weight {shops.WEIGHTS[tenant]:g}"
        report.tell(f"unfair_to_{tenant}", by, unit, least=-_UNFAIR, most=_UNFAIR)


def _tell_processor(report: Report, flood: Flood, messages: int) -> None:
    """The gateway has no part in the draining, and a tenth of the messages were answered while they arrived."""
    before, then = flood.before, flood.then
    ours = sum(then.processor.values()) - sum(before.processor.values()) + flood.outcome.processor
    others = (then.machine - before.machine - ours) / (then.at - before.at)
    report.tell("others", others, f"of {os.cpu_count()} processors went to who has no part in this")
    report.tell("generator_processor", flood.outcome.processor / messages * 1e6, "µs/message")
    for name, start in flood.before.processor.items():
        arriving = (flood.then.processor[name] - start) / messages
        whole = (flood.after.processor[name] - start) / messages
        report.tell(f"{name}_processor_arriving", arriving * 1e6, "µs/message that arrived")
        report.tell(f"{name}_processor", whole * 1e6, "µs/message, from arrival to reply")


def main() -> int:
    """The exit code."""
    arguments = argparse.ArgumentParser(prog="make peak")
    arguments.add_argument("--messages", type=int, default=100_000)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--load", type=float, default=_LOAD, help="of the doors' rate")
    return asyncio.run(run(**vars(arguments.parse_args())))


if __name__ == "__main__":
    sys.exit(main())
