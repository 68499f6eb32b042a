"""`make chaos`: ten minutes of everything that can go wrong; the exit code says whether a promise was broken.

Reads `SEED=…` to see a run again and `BUG=dedupe|fence|ack` to see that a broken promise is noticed.
"""

from __future__ import annotations

import argparse
import asyncio
import resource
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.chaos import bugs
from tests.chaos.check import Verdict, check
from tests.chaos.crowd import Crowd, Door
from tests.chaos.model import ScriptedServer
from tests.chaos.tags import tags
from tests.chaos.troubles import Troubles
from tests.house import House, a_house
from tests.simulators.dingtalk import DingTalkSimulator
from tests.simulators.wecom import WeComSimulator
from tests.simulators.wecom_kf import WeComKfSimulator

_DRAIN_S: Final = 400.0
"""From the last message and the last trouble until everybody must have an answer."""
_PATIENCE_S: Final = 150.0
"""Without an answer: the last part that 微信客服 takes is kept for a minute and a half, and a platform that failed is
left alone for nearly as long."""
_QUIET_S: Final = 5.0
"""So long after the last answer, a second copy would have come."""


@dataclass(frozen=True, slots=True)
class Run:
    """What is asked for."""

    seed: int
    messages: int
    customers: int
    seconds: float
    bug: str
    keep: Path | None


@dataclass(frozen=True, slots=True)
class Scene:
    """The house and its neighbours."""

    house: House
    model: ScriptedServer
    doors: tuple[Door, ...]


async def run(wanted: Run) -> int:
    """The exit code."""
    print(f"seed {wanted.seed}: {wanted.messages} messages of {wanted.customers} customers on three doors")
    async with a_scene(wanted) as scene:
        crowd = Crowd(
            scene.house,
            scene.doors,
            customers=wanted.customers,
            messages=wanted.messages,
            seed=wanted.seed,
        )
        troubles = Troubles(scene.house, scene.model, scene.doors, seed=wanted.seed, bug=wanted.bug)
        await troubles.start_all()
        watching = asyncio.create_task(_tell(crowd))
        await asyncio.gather(crowd.write(wanted.seconds), troubles.go_on(wanted.seconds))
        drained = await _drain(crowd)
        watching.cancel()
        verdict = check(
            crowd.counts,
            crowd.shown(),
            with_key=crowd.with_key,
            disturbed=troubles.times,
            asked=scene.model.asked,
        )
    print(f"troubles: {dict(troubles.made)}")
    print(f"all sent and healed; everybody had an answer {drained:.0f} s later")
    return _report(verdict)


@asynccontextmanager
async def a_scene(wanted: Run) -> AsyncIterator[Scene]:
    """Three platforms and a model in this process; everything else in processes of its own."""
    model = ScriptedServer(wanted.seed)
    async with AsyncExitStack() as stack:
        folder = wanted.keep or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        await stack.enter_async_context(model.serving())
        wecom = await stack.enter_async_context(WeComSimulator(retries=60, retry_pause=1.0))
        kf = await stack.enter_async_context(WeComKfSimulator(retries=60, retry_pause=1.0))
        ding = await stack.enter_async_context(DingTalkSimulator(qps=None, retries=60, retry_pause=1.0))
        environment = {"KEFU_MODEL__BASE_URL": model.url, "KEFU_MODEL__MODEL": "scripted"}
        house = await stack.enter_async_context(
            a_house(folder, wecom=wecom, kf=kf, dingtalk=ding, environment=environment)
        )
        doors = (Door("wecom", wecom, False), Door("kf", kf, True), Door("ding", ding, False))
        yield Scene(house, model, doors)


async def _tell(crowd: Crowd) -> None:
    while True:
        await asyncio.sleep(30)
        print(f"  {crowd.sent} sent, {_answered(crowd)} answered", flush=True)


async def _drain(crowd: Crowd) -> float:
    """Wait until all are answered, or time is up; then a moment more. Seconds until the last answer."""
    started = last = time.monotonic()
    wanted, had = sum(crowd.counts.values()), 0
    while (now := time.monotonic()) - started < _DRAIN_S and now - last < _PATIENCE_S:
        answered = _answered(crowd)
        if answered > had:
            last, had = now, answered
        if answered == wanted and now - last > _QUIET_S:
            break
        await asyncio.sleep(0.5)
    return last - started


def _answered(crowd: Crowd) -> int:
    return sum(len({tag for m in shown for tag in tags(m.text)}) for shown in crowd.shown().values())


def _report(verdict: Verdict) -> int:
    print(f"lost {len(verdict.lost)} {[str(tag) for tag in verdict.lost[:5]]}")
    print(f"answered twice {len(verdict.twice)} {[str(tag) for tag in verdict.twice[:5]]}")
    print(f"  and {len(verdict.twice_in_window)} in the documented window of doors without a key")
    print(f"out of order {len(verdict.disorder)} {verdict.disorder[:3]}")
    print(f"strange {len(verdict.strange)} {verdict.strange[:3]}")
    print(f"leases held twice {len(verdict.held_twice)} {verdict.held_twice[:2]}")
    print("every promise was kept" if verdict.good else "A PROMISE WAS BROKEN")
    return 0 if verdict.good else 1


def _allow_many_files() -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, 65536), most))


def main() -> int:
    """The exit code."""
    arguments = argparse.ArgumentParser(prog="make chaos")
    arguments.add_argument("--seed", type=int, default=int(time.time()) % 1_000_000)
    arguments.add_argument("--messages", type=int, default=20_000)
    arguments.add_argument("--customers", type=int, help="else a tenth as many as messages")
    arguments.add_argument("--seconds", type=float, default=540.0)
    arguments.add_argument("--bug", choices=["", *sorted(bugs.BUGS)], default="")
    arguments.add_argument("--keep", type=Path, help="a folder for the processes' logs; else they go")
    _allow_many_files()
    wanted = arguments.parse_args()
    wanted.customers = wanted.customers or max(1, wanted.messages // 10)
    return asyncio.run(run(Run(**vars(wanted))))


sys.exit(main())
