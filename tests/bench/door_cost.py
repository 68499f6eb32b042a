"""What storing costs at a door: verify + decrypt + parse + accept + nudge ÷ verify + decrypt + parse alone."""

from __future__ import annotations

import asyncio
import tempfile
import time
from pathlib import Path

from adapters.intake import Intake
from adapters.outbound import Outbound
from adapters.wecom.channel import WeComChannel
from bot.broker import CeleryNudges, make_app
from bot.settings import WeComSettings
from bot.wiring import redis_url
from tests.bench.measure import Measure
from tests.house import a_house
from tests.simulators.wecom import WeComSimulator

MESSAGES = 6400
AT_ONCE = 64


async def measure() -> Measure:
    """Milliseconds a message, `AT_ONCE` in hand as at a peak; the nudges are published meanwhile."""
    with tempfile.TemporaryDirectory() as folder:
        async with WeComSimulator() as wecom, a_house(Path(folder), wecom=wecom) as house:
            house.environment["KEFU_REDIS__APPENDFSYNC"] = "everysec"
            await house.start("valkey")
            async with house.stores() as stores:
                settings = next(c for c in house.settings.channels if isinstance(c, WeComSettings))
                channel = WeComChannel(settings, tokens=stores.tokens, outbound=Outbound(), clock=time.time)
                nudges = CeleryNudges(make_app(redis_url(house.settings)))
                intake = Intake(stores.inbox, stores.greetings, stores.opinions, stores.pulls, nudges)
                requests = [wecom.sealed_request(f"u{n}", "怎么退货", str(n)) for n in range(MESSAGES)]
                started = time.perf_counter()
                for request in requests:
                    channel.receive(request)
                alone = time.perf_counter() - started
                started = time.perf_counter()
                for start in range(0, MESSAGES, AT_ONCE):
                    group = requests[start : start + AT_ONCE]
                    await asyncio.gather(*(intake.take(channel, request) for request in group))
                whole = time.perf_counter() - started
                nudges.close()
    return Measure("door_cost", whole / MESSAGES * 1000, "ms/message", alone / MESSAGES * 1000)
