"""`make soak`: an hour at 20 messages a second; does anything grow that should not?

Gateway and worker are the real ones, with the bundled embedding model, Qdrant Edge and a simulated model
server. What they have is looked at every ten seconds; the first ten minutes (a sixth of a shorter run) don't
count. A run that is shorter than half an hour judges nothing but the answers: it shows that the machine works.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.house import House, a_house
from tests.proofs.figures import growth
from tests.proofs.report import Report
from tests.proofs.soak.sampling import Sample, between, watch
from tests.proofs.soak.visits import Visits
from tests.simulators.dingtalk import DingTalkSimulator
from tests.simulators.model import ModelSimulator
from tests.simulators.wecom import WeComSimulator
from tests.simulators.wecom_kf import WeComKfSimulator

_EVERY_S: Final = 10.0
_WARM_UP_S: Final = 600.0
_LONG_S: Final = 1800.0
_GROWTH: Final = 0.03
_ANSWERS_S: Final = 0.5
_TOLERANCE: Final = {"files": 2, "sockets": 16, "threads": 8}
"""Between the medians of the first and the last tenth. Pools keep a connection for each call that was under
way at once, and let go of idle ones: that number comes and goes by chance. A thread is made when more of them are
needed at once than there ever were."""
_STORE: Final = "valkey"


@dataclass(frozen=True, slots=True)
class Store:
    """What the store holds."""

    bytes: int
    keys: int


async def run(span: float, rate: float, seed: int) -> int:
    """The exit code."""
    report = Report("soak")
    warm_up = min(_WARM_UP_S, span / 6)
    samples: defaultdict[str, list[Sample]] = defaultdict(list)
    async with AsyncExitStack() as stack:
        model = await stack.enter_async_context(ModelSimulator())
        model.content, model.delay = "签收后7天内，在“我的订单”里点“申请退货”。", _ANSWERS_S
        wecom = await stack.enter_async_context(WeComSimulator())
        kf = await stack.enter_async_context(WeComKfSimulator())
        ding = await stack.enter_async_context(DingTalkSimulator(qps=None))
        environment = {
            "KEFU_MODEL__BASE_URL": model.base_url,
            "KEFU_MODEL__MODEL": "qwen",
            "KEFU_REDIS__APPENDFSYNC": "everysec",
            "KEFU_CHANNELS__WEB__SESSIONS_PER_MINUTE": "60000",  # all visitors come from one address here
            "KEFU_CHANNELS__WEB__REQUESTS_PER_MINUTE": "600000",
            "KEFU_CHANNELS__WEB__STREAMS_PER_ADDRESS": "60000",
        }
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        house = await stack.enter_async_context(
            a_house(folder, wecom=wecom, kf=kf, dingtalk=ding, environment=environment)
        )
        await house.start(_STORE, "gateway", "worker")
        await house.ready(worker=True)
        visits = Visits(house, {"wecom": wecom, "kf": kf, "ding": ding}, rate=rate, seed=seed)
        watching = asyncio.create_task(watch(house, samples, every=min(_EVERY_S, span / 30)))
        start, before = time.monotonic(), await _store(house)
        await visits.go_on(span)
        then = await _store(house)
        watching.cancel()
    report.tell("answered", visits.answered, "messages", least=1)
    report.tell("unanswered", visits.unanswered, "messages, within a minute", most=0)
    report.tell("rate", visits.answered / span, "messages/s")
    for name, some in between(samples, start + warm_up, start + span).items():
        _tell_process(report, name, some, judged=span >= _LONG_S)
    report.tell("store_bytes_a_message", (then.bytes - before.bytes) / visits.answered, "bytes")
    report.tell("store_keys_a_message", (then.keys - before.keys) / visits.answered, "keys, each with an end")
    return report.conclude()


async def _store(house: House) -> Store:
    async with house.stores() as stores:
        memory = await stores.client.info("memory")
        return Store(int(memory["used_memory"]), int(await stores.client.dbsize()))


def _tell_process(report: Report, name: str, samples: Sequence[Sample], *, judged: bool) -> None:
    """The store remembers on purpose, so its own growth is judged by nothing but its bytes a message."""
    times = [one.at for one in samples]
    used = (samples[-1].processor - samples[0].processor) / (times[-1] - times[0])
    report.tell(f"{name}_processor", used, "s/s")
    for kind in ("rss", "pss", "uss"):
        values = [float(getattr(one, kind)) for one in samples]
        first, last = _ends(values)
        report.tell(f"{name}_{kind}", last / 1024, "MB in the end")
        grown = growth(times, values)
        unit = f"of the straight line; by its ends' medians {last / first - 1:.4f}"
        bound = _GROWTH if judged and kind == "rss" and name != _STORE else None
        report.tell(f"{name}_{kind}_growth", grown, unit, most=bound)
    for kind, tolerance in _TOLERANCE.items():
        least, most = (-tolerance, tolerance) if judged else (None, None)
        first, last = _ends([float(getattr(one, kind)) for one in samples])
        report.tell(f"{name}_{kind}", last, "in the end")
        report.tell(f"{name}_{kind}_more", last - first, "than at first", least=least, most=most)


def _ends(values: Sequence[float]) -> tuple[float, float]:
    """The medians of the first and of the last tenth."""
    tenth = max(1, len(values) // 10)
    return statistics.median(values[:tenth]), statistics.median(values[-tenth:])


def main() -> int:
    """The exit code."""
    arguments = argparse.ArgumentParser(prog="make soak")
    arguments.add_argument("--span", type=float, default=3600.0, help="seconds")
    arguments.add_argument("--rate", type=float, default=20.0, help="messages a second")
    arguments.add_argument("--seed", type=int, default=1)
    return asyncio.run(run(**vars(arguments.parse_args())))


if __name__ == "__main__":
    sys.exit(main())
