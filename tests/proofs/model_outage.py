"""`make model-outage`: the model is stopped under a steady stream; what does each customer hear, and when?

A third of the customers ask what the FAQ knows, a third what only the model does, and a third both by turns. Gateway and worker are the real
ones, with the bundled embedding model; the model's server is stopped and started on its port, and nothing else is
touched.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot import wording
from tests.chaos.model import ScriptedServer
from tests.chaos.tags import Tag, tags
from tests.house import FAQ, House, a_house, free_port
from tests.proofs.figures import quantile
from tests.proofs.recovery import Stream
from tests.proofs.report import Report
from tests.simulators.record import Seen
from tests.simulators.wecom import WeComSimulator

_BEFORE_S: Final = 10.0
_AFTER_S: Final = 15.0
_HEARD_S: Final = 20.0
"""Within that everybody hears something: a turn, a try at a model that was there a moment ago, a delivery."""
_LAST_S: Final = 300.0
_ASKED: Final = ("怎么退货", "多久发货", "可以开发票吗")
"""In turn, as who asks the same three times is told the same."""


def is_known(tag: Tag) -> bool:
    """Whether the FAQ holds the answer."""
    return (tag.customer if tag.customer % 3 < 2 else tag.number) % 2 == 0


def words(tag: Tag) -> str:
    """What the customer writes."""
    return _ASKED[tag.number % len(_ASKED)] if is_known(tag) else f"请问 {tag}"


@dataclass(frozen=True, slots=True)
class Times:
    """Unix seconds."""

    stopped: float
    back: float
    over: float


class Screens:
    """What customers saw."""

    def __init__(self, seen: Sequence[Seen]) -> None:
        self._by_customer: dict[int, list[Seen]] = defaultdict(list)
        for one in seen:
            self._by_customer[int(one.to.removeprefix("c"))].append(one)

    def heard_in(self, tag: Tag, since: float) -> float | None:
        """Seconds until the customer saw anything that followed; None: nothing did."""
        return next((one.at - since for one in self._by_customer[tag.customer] if one.at >= since), None)

    def saying(self, text: str) -> Counter[int]:
        """How often each customer saw that, whatever stood behind it."""
        return Counter(
            customer
            for customer, those in self._by_customer.items()
            for one in those
            if one.text.startswith(text)
        )

    def in_disorder(self) -> int:
        """Customers whose answers came in another order than their questions."""
        order = ([tag for one in those for tag in tags(one.text)] for those in self._by_customer.values())
        return sum(found != sorted(found) for found in order)


async def run(span: float, rate: float, seed: int) -> int:
    """The exit code."""
    report, model, port = Report("model_outage"), ScriptedServer(seed), free_port()
    async with AsyncExitStack() as stack:
        wecom = await stack.enter_async_context(WeComSimulator())
        environment = {
            "KEFU_MODEL__BASE_URL": f"http://127.0.0.1:{port}/v1",
            "KEFU_MODEL__MODEL": "scripted",
            "KEFU_REDIS__APPENDFSYNC": "everysec",
        }
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        house = await stack.enter_async_context(a_house(folder, wecom=wecom, environment=environment))
        stream = Stream(house, wecom, rate, seed, words)
        async with model.serving(port):
            await house.start("valkey", "gateway", "worker")
            await house.ready(worker=True)
            flowing = stream.flowing()
            await flowing.__aenter__()
            await asyncio.sleep(_BEFORE_S)
        stopped = time.time()
        await asyncio.sleep(span)
        async with model.serving(port):
            back = time.time()
            await asyncio.sleep(_AFTER_S)
            await flowing.__aexit__(None, None, None)
            times = Times(stopped, back, time.time())
            await _settled(house, stream)
            shown = stream.shown()
            parked = await _parked(house)
    _tell(report, stream, times, wecom.record.seen, shown)
    report.tell("still_parked", parked, "conversations", most=0)
    return report.conclude()


async def _settled(house: House, stream: Stream) -> None:
    """Everything that only the model knew was answered, or five minutes are over."""
    wanted = {tag for tag in stream.accepted if not is_known(tag)}
    until = time.time() + _LAST_S
    while wanted - stream.shown().keys() and time.time() < until:
        await asyncio.sleep(0.2)
    async with house.stores() as stores:
        while any((await stores.schedule.waiting()).values()) and time.time() < until:
            await asyncio.sleep(0.2)


async def _parked(house: House) -> int:
    async with house.stores() as stores:
        return await stores.parking.count()


def _tell(
    report: Report, stream: Stream, times: Times, seen: Sequence[Seen], shown: Mapping[Tag, float]
) -> None:
    screens = Screens(seen)
    unknown = {tag for tag in stream.accepted if not is_known(tag)}
    away = {tag for tag, at in stream.said_at.items() if times.stopped < at < times.back - _HEARD_S}
    waited = [tag for tag in away if not is_known(tag)]
    heard = {tag: screens.heard_in(tag, stream.said_at[tag]) for tag in away}
    seconds = [one for one in heard.values() if one is not None]
    besides = sum(wording.STILL_WAITS in one.text for one in seen)
    told, lines = screens.saying(wording.PARKED), Counter(tag.customer for tag in unknown)
    entries = [line.removeprefix("A: ") for line in FAQ.splitlines() if line.startswith("A: ")]
    report.tell("accepted", len(stream.accepted), "messages")
    report.tell("without_model", len(away), f"messages, {len(waited)} of them for the model alone", least=1)
    report.tell("heard_nothing", len(heard) - len(seconds), "of those", most=0)
    report.tell("heard_p50", quantile(seconds, 0.5), "s until FAQ answer or word that it waits")
    report.tell("heard_max", max(seconds), "s", most=_HEARD_S)
    report.tell("by_faq", sum(screens.saying(entry).total() for entry in entries), "answers", least=1)
    report.tell("beside_what_waits", besides, "of those", least=1)
    report.tell("told_to_wait", told.total(), "words that it waits", least=1)
    report.tell("told_too_often", sum((told - lines).values()), "more than they asked", most=0)
    report.tell("apologies", screens.saying(wording.APOLOGY).total(), "questions given up", most=0)
    report.tell("lost", len(unknown - shown.keys()), f"of {len(unknown)} for the model alone", most=0)
    often = Counter(tag for one in seen for tag in set(tags(one.text)))
    report.tell("twice", sum(count > 1 for count in often.values()), "questions", most=0)
    report.tell("in_disorder", screens.in_disorder(), "customers", most=0)
    late = [shown[tag] - times.back for tag in waited if tag in shown]
    report.tell("all_answered", max(late), "s after the model's return", most=_LAST_S)
    live = [shown[tag] - at for tag, at in stream.said_at.items() if at > times.back and tag in shown]
    before = [shown[tag] - at for tag, at in stream.said_at.items() if at < times.stopped and tag in shown]
    report.tell("before_p50", quantile(before, 0.5), "s until an answer, before the model was stopped")
    report.tell("live_p50", quantile(live, 0.5), "s for who wrote after its return")
    report.tell("live_max", max(live), "s")


def main() -> int:
    """The exit code."""
    arguments = argparse.ArgumentParser(prog="make model-outage")
    arguments.add_argument("--span", type=float, default=300.0, help="seconds without the model")
    arguments.add_argument("--rate", type=float, default=20.0, help="messages a second")
    arguments.add_argument("--seed", type=int, default=1)
    return asyncio.run(run(**vars(arguments.parse_args())))


if __name__ == "__main__":
    sys.exit(main())
