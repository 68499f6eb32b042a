"""What storing costs at a door: verify + decrypt + parse + accept + nudge ÷ verify + decrypt + parse alone."""

from __future__ import annotations

import asyncio
import gc
import itertools
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from adapters.intake import Intake
from adapters.outbound import Outbound
from adapters.wecom.channel import WeComChannel
from bot.broker import make_app
from bot.channel import RawRequest
from bot.nudges import CeleryNudges
from bot.settings import WeComSettings
from bot.wiring import redis_url
from tests.bench.measure import Measure
from tests.house import a_house
from tests.simulators.wecom import WeComSimulator

ROUNDS = 40
MESSAGES = 640
"""Of a round."""
AT_ONCE = 64


async def measure() -> Measure:
    """Milliseconds a message, `AT_ONCE` in hand as at a peak, until the last nudge is in Celery's queue.

    Both ways take turns, and the best round of each counts: what else runs on the machine can only add to it.
    """
    with tempfile.TemporaryDirectory() as folder:
        async with WeComSimulator() as wecom, a_house(Path(folder), wecom=wecom) as house:
            house.environment["KEFU_REDIS__APPENDFSYNC"] = "everysec"
            await house.start("valkey")
            async with house.stores() as stores:
                settings = next(c for c in house.settings.channels if isinstance(c, WeComSettings))
                shop = house.settings.tenant(settings.tenant)
                channel = WeComChannel(
                    settings, shop, tokens=stores.tokens, outbound=Outbound(), clock=time.time
                )
                app, numbers = make_app(redis_url(house.settings)), itertools.count()
                alone, whole = [], []
                for _ in range(ROUNDS):
                    nudges = CeleryNudges(app, stores.client)
                    intake = Intake(stores.inbox, stores.greetings, stores.opinions, stores.pulls, nudges)
                    requests = [
                        wecom.sealed_request(f"u{n}", "怎么退货", str(n))
                        for n in itertools.islice(numbers, MESSAGES)
                    ]
                    gc.collect()  # of what the simulator left behind
                    alone.append(_received(channel, requests))
                    whole.append(await _stored(intake, nudges, channel, requests))
    return Measure("door_cost", min(whole) / MESSAGES * 1000, "ms/message", min(alone) / MESSAGES * 1000)


def _received(channel: WeComChannel, requests: Sequence[RawRequest]) -> float:
    started = time.perf_counter()
    for request in requests:
        channel.receive(request)
    return time.perf_counter() - started


async def _stored(
    intake: Intake, nudges: CeleryNudges, channel: WeComChannel, requests: Sequence[RawRequest]
) -> float:
    started = time.perf_counter()
    for start in range(0, len(requests), AT_ONCE):
        group = requests[start : start + AT_ONCE]
        await asyncio.gather(*(intake.take(channel, request) for request in group))
    await nudges.close()
    return time.perf_counter() - started
