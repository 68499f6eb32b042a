"""What storing costs at a door: verify + decrypt + parse + accept + nudge ÷ verify + decrypt + parse alone."""

from __future__ import annotations

import asyncio
import gc
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path
from typing import Self

from adapters.intake import Intake
from adapters.outbound import Outbound
from adapters.spool.spool import Spool
from adapters.spool.spooling import Spooling
from adapters.storing import Storing
from adapters.wecom.channel import WeComChannel
from bot.breaker import Breaker
from bot.broker import make_app
from bot.channel import RawRequest
from bot.errors import Unavailable
from bot.nudges import CeleryNudges
from bot.settings import WeComSettings
from bot.wiring import Stores, redis_url
from tests.bench.measure import Measure
from tests.house import House, a_house
from tests.simulators.wecom import WeComSimulator

ROUNDS = 40
MESSAGES = 640
"""Of a round."""
AT_ONCE = 64


@dataclass(frozen=True, slots=True)
class _Clock:
    """Seconds: on the wall, and of this process's own work."""

    wall: float
    cpu: float

    @classmethod
    def now(cls) -> Self:
        return cls(time.perf_counter(), time.process_time())

    def since(self, start: Self) -> _Clock:
        return _Clock(self.wall - start.wall, self.cpu - start.cpu)


async def measure() -> Measure:
    """Milliseconds a message, `AT_ONCE` in hand as at a peak, until the last nudge is in Celery's queue.

    Both ways take turns, and the best round of each counts: what else runs on the machine can only add to it.
    What the processors did is told beside it, as that depends least on what else runs.
    """
    with tempfile.TemporaryDirectory() as folder:
        async with WeComSimulator() as wecom, a_house(Path(folder), wecom=wecom) as house:
            house.environment["KEFU_REDIS__APPENDFSYNC"] = "everysec"
            await house.start("valkey")
            async with house.stores() as stores:
                channel, app, numbers = _door(house, stores), make_app(redis_url(house.settings)), count()
                alone, whole, store = [], [], []
                for _ in range(ROUNDS):
                    nudges = CeleryNudges(app, stores.client)
                    intake = Intake(_spooling(house, stores, nudges).keep, stores.greetings.in_place)
                    requests = [
                        wecom.sealed_request(f"u{n}", "怎么退货", str(n)) for n in islice(numbers, MESSAGES)
                    ]
                    gc.collect()  # of what the simulator left behind
                    gc.freeze()  # as a gateway does when it starts
                    alone.append(_received(channel, requests))
                    before = await _store_cpu(stores)
                    whole.append(await _stored(intake, nudges, channel, requests))
                    store.append(await _store_cpu(stores) - before)
    _tell(min(spent.cpu for spent in alone), min(spent.cpu for spent in whole), min(store))
    best = [min(spent.wall for spent in way) / MESSAGES * 1000 for way in (whole, alone)]
    return Measure("door_cost", best[0], "ms/message", best[1])


def _door(house: House, stores: Stores) -> WeComChannel:
    settings = next(c for c in house.settings.channels if isinstance(c, WeComSettings))
    shop = house.settings.tenant(settings.tenant)
    return WeComChannel(settings, shop, tokens=stores.tokens, outbound=Outbound(), clock=time.time)


def _received(channel: WeComChannel, requests: Sequence[RawRequest]) -> _Clock:
    started = _Clock.now()
    for request in requests:
        channel.receive(request)
    return _Clock.now().since(started)


def _spooling(house: House, stores: Stores, nudges: CeleryNudges) -> Spooling:
    """As the gateway has it; nothing is ever spooled here."""
    storing = Storing(stores.inbox, stores.greetings, stores.opinions, stores.pulls, nudges)
    spool = Spool(house.folder / "spool", most_bytes=1024**2, clock=time.time)
    return Spooling(storing, spool, Breaker("the store", Unavailable), time.time)


async def _stored(
    intake: Intake, nudges: CeleryNudges, channel: WeComChannel, requests: Sequence[RawRequest]
) -> _Clock:
    started = _Clock.now()
    for start in range(0, len(requests), AT_ONCE):
        group = requests[start : start + AT_ONCE]
        await asyncio.gather(*(intake.take(channel, request) for request in group))
    await nudges.close()
    return _Clock.now().since(started)


async def _store_cpu(stores: Stores) -> float:
    used = await stores.client.info("cpu")
    return float(used["used_cpu_user"]) + float(used["used_cpu_sys"])


def _tell(alone: float, whole: float, store: float) -> None:
    each = [f"{seconds / MESSAGES * 1e6:.0f} µs" for seconds in (alone, whole - alone, store)]
    print(
        f"door_cost: processor time of a message: {each[0]} to receive it, {each[1]} to store and announce"
        f" it, {each[2]} in the store; together {(whole + store) / alone:.2f} times receiving",
        file=sys.stderr,
    )
