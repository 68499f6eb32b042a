"""What a turn takes besides model, embedding and tools: take, our own part of the steps, commit.

Model and retriever answer at once, so that all the time is ours. The baseline is a bare round trip to the store.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Awaitable
from contextlib import nullcontext
from pathlib import Path

from bot.types import Work
from bot.wiring import Stores, tenants_of
from tests.bench.fixed_worker import ANSWER, PASSAGE
from tests.bench.measure import Measure
from tests.builders import a_conversation, a_message
from tests.fakes import FixedRetriever, RecordedNudges, ScriptedModel
from tests.house import House, a_house
from workers.answer import Answerer
from workers.ask import build_pipeline
from workers.drafts import Drafts
from workers.ending import Endings
from workers.keeping import Keeper
from workers.retry import answering
from workers.rounds import Rounds
from workers.taking_back import TakingBack

TURNS = 1_000


async def measure() -> Measure:
    """Milliseconds (p50), one turn at a time."""
    environment = {"KEFU_REDIS__APPENDFSYNC": "everysec"}
    with tempfile.TemporaryDirectory() as folder:
        async with a_house(Path(folder), environment=environment) as house:
            await house.start("valkey")
            async with house.stores() as stores:
                rounds = _rounds(house, stores)
                turns, trips = [], []
                for number in range(TURNS):
                    conversation = a_conversation(f"customer-{number}")
                    await stores.inbox.accept(a_message(conversation=conversation, sent_at=time.time()))
                    turns.append(await _seconds(rounds.answer(conversation)))
                    trips.append(await _seconds(stores.schedule.ping()))
                waiting = await stores.schedule.waiting()
                assert waiting == {Work.ANSWER: 0, Work.DELIVER: TURNS, Work.PULL: 0}, "each has its reply"
    return Measure("turn_overhead_ms", statistics.median(turns) * 1000, "ms", statistics.median(trips) * 1000)


def _rounds(house: House, stores: Stores) -> Rounds:
    settings, nudges = house.settings, RecordedNudges()
    keeper = Keeper(stores.leases, nudges, life=settings.worker.lease_s, longest=60)
    tenants = tenants_of(settings)
    taking_back = TakingBack(stores.people, stores.missed, nudges, time.time)
    answerer = Answerer(
        tenants,
        stores.inbox,
        keeper,
        build_pipeline(settings, FixedRetriever(PASSAGE), ScriptedModel(ANSWER, piece=len(ANSWER))),
        Endings(tenants, stores.inbox, taking_back, keeper, nudges, time.time),
        Drafts({}, keeper),
        answering(settings.worker.max_attempts),
        time.time,
    )
    return Rounds(stores.line, answerer, nudges, nullcontext(), lines=12)


async def _seconds(work: Awaitable[object]) -> float:
    started = time.perf_counter()
    await work
    return time.perf_counter() - started
