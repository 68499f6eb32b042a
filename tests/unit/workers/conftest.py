"""A worker's parts over the real scripts on fakeredis."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import replace

import pytest

from bot.channel import Channel
from bot.pipeline import BasisNotes, GapNotes, Perceive, Pipeline, standard_steps
from bot.ports import Model, Retriever
from bot.store.inbox import RedisInbox
from bot.store.leases import RedisLeases
from bot.store.line import RedisLine
from bot.store.outbox import RedisOutbox
from bot.store.redis import Client
from bot.wiring import Stores
from tests.builders import a_passage, a_tenant, some_settings
from tests.conftest import SettableClock
from tests.fakes import FixedRetriever, RecordedNudges
from workers.answer import Answerer
from workers.deliver import Deliverer
from workers.drafts import Drafts
from workers.ending import Endings
from workers.keeping import Keeper
from workers.outlets import Outlets
from workers.parking import Waiting
from workers.retry import answering
from workers.rounds import Rounds
from workers.taking_back import TakingBack


class Shop:
    """One shop's worker: its stores, its nudges, and the two kinds of work."""

    def __init__(self, client: Client, clock: SettableClock, *, life: float = 15) -> None:
        self.clock = clock
        self.tenant = a_tenant()
        self.platform_people: Sequence[str] = ()
        self.model_is_away = False
        stores = Stores.over(client, some_settings())
        self.stores = replace(
            stores,
            inbox=RedisInbox(client, {}, life=life),
            line=RedisLine(client, life=life),
            outbox=RedisOutbox(client, life=life),
            leases=RedisLeases(client, life=life),
        )
        self.nudges = RecordedNudges()
        self.keeper = Keeper(self.stores.leases, self.nudges, life=life, longest=60)
        self.taking_back = TakingBack(stores.people, stores.missed, self.nudges, clock)

    def answerer(
        self,
        retriever: Retriever | None = None,
        model: Model | None = None,
        tries: int = 3,
        channel: Channel | None = None,
        perceive: Perceive | None = None,
        gate: AbstractAsyncContextManager[None] | None = None,
    ) -> Rounds:
        tenants = {self.tenant.name: self.tenant}
        retriever = retriever or FixedRetriever(a_passage())
        steps = standard_steps(
            tenants,
            retriever,
            model,
            some_settings().model,
            self.clock,
            perceive,
            rates=self.stores.rates,
            opinions=self.stores.opinions,
        )
        answerer = Answerer(
            tenants,
            self.stores.inbox,
            self.keeper,
            Pipeline(steps, self.clock),
            Endings(
                tenants,
                self.stores.inbox,
                self.taking_back,
                self.keeper,
                self.nudges,
                self.clock,
                self.platform_people,
            ),
            Drafts({"door": channel} if channel else {}, self.keeper),
            answering(tries),
            self.clock,
            notes=[GapNotes(tenants, self.stores.gaps, self.clock), BasisNotes(self.stores.bases, "qwen")],
            waiting=self.waiting(),
        )
        return Rounds(self.stores.line, answerer, self.nudges, gate or nullcontext(), lines=100)

    def waiting(self) -> Waiting:
        tenants = {self.tenant.name: self.tenant}
        parking, away = self.stores.parking, lambda: self.model_is_away
        return Waiting(tenants, parking, self.keeper, self.nudges, self.clock, away)

    def deliverer(self, channel: Channel | None) -> Deliverer:
        channels = {"door": channel} if channel else {}
        outlets = Outlets(channels, self.stores.rates)
        return Deliverer(channels, outlets, self.stores.outbox, self.stores.letters, self.keeper, self.clock)


@pytest.fixture
def shop(fake_redis: Client, clock: SettableClock) -> Shop:
    return Shop(fake_redis, clock)


@pytest.fixture
def shop_with_lease(fake_redis: Client, clock: SettableClock) -> Callable[[float], Shop]:
    return lambda life: Shop(fake_redis, clock, life=life)
