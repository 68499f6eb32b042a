"""The way of each message through a set-up, from the customer's word to the reply on their screen."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from bot.store.keys import PARTITIONS
from tests.proofs.capacity.batch import Batch
from tests.proofs.capacity.kernel import Clock, Places, Process, Processor
from tests.proofs.capacity.plant import Plant

_ACCEPT: Final = 0.3
"""Of what a message costs the store; the rest is the worker's scripts."""
_BEFORE: Final = 0.5
"""Of what a turn costs the worker, before the model is asked."""


@dataclass(slots=True)
class Seen:
    """What became of the messages; only those that arrived after the warm-up count."""

    acknowledged: list[float] = field(default_factory=list)
    """Seconds."""
    answered: list[float] = field(default_factory=list)
    """Seconds from the customer's word."""
    ended: int = 0
    """Answers after the warm-up, whenever their question came."""
    inside: float = 0.0
    """Message-seconds after the warm-up: their number inside, times the time."""


class Simulation:
    """Of one set-up."""

    def __init__(self, plant: Plant, *, rate: float, seed: int, warm_up: float) -> None:
        self._plant = plant
        self._rate = rate
        self._warm_up = warm_up
        self._chance = random.Random(seed)
        self._clock = clock = Clock()
        self._gateways = [Processor(clock) for _ in range(plant.gateways)]
        self._masters = [Processor(clock) for _ in range(plant.masters)]
        self._processors = [Processor(clock) for _ in range(plant.workers)]
        self._embedders = [Processor(clock) for _ in range(plant.workers)]
        self._turns = Places(clock, plant.under_way)
        self._calls = Places(clock, plant.servers * plant.batch)
        self._servers = [Batch(clock, plant.step) for _ in range(plant.servers)]
        self._arrived: dict[int, float] = {}
        self.seen = Seen()

    def run(self, seconds: float) -> None:
        """So long after the warm-up."""
        self._clock.start(self._arrivals())
        self._clock.run(self._warm_up + seconds)
        now = self._clock.now
        self.seen.inside += sum(now - max(at, self._warm_up) for at in self._arrived.values())

    @property
    def waiting(self) -> int:
        """Messages that nobody has taken up yet."""
        return self._turns.waiting

    def used(self) -> dict[str, float]:
        """The share of its time that each part was busy."""
        parts = {
            "gateways": self._gateways,
            "store": self._masters,
            "workers": self._processors,
            "embedding": self._embedders,
        }
        used = {name: _most(some, self._clock.now) for name, some in parts.items()}
        said = sum(server.tokens for server in self._servers)
        return used | {
            "model servers": said / (self._plant.servers * self._plant.full * self._clock.now),
        }

    def _arrivals(self) -> Process:
        number = 0
        while True:
            yield self._clock.now + self._chance.expovariate(self._rate)
            self._begin(number)
            number += 1

    def _begin(self, number: int) -> None:
        self._arrived[number] = self._clock.now
        # a generator can't name itself: what wakes it is told who it is by this list
        own: list[Process] = []
        own.append(self._message(number, own))
        self._clock.start(own[0])

    def _message(self, number: int, own: Sequence[Process]) -> Process:
        plant, clock, chance = self._plant, self._clock, self._chance
        arrived = clock.now
        master = self._masters[chance.randrange(PARTITIONS) % plant.masters]
        yield chance.choice(self._gateways).work(plant.door)
        yield master.work(plant.store * _ACCEPT)
        self._note(self.seen.acknowledged, arrived)
        yield clock.now + plant.quiet
        yield self._turns.take(own[0])
        worker = chance.randrange(plant.workers)
        processor = self._processors[worker]
        yield master.work(plant.store * (1 - _ACCEPT) / 3)
        yield self._embedders[worker].work(plant.embed)
        yield processor.work(plant.turn * _BEFORE)
        yield self._calls.take(own[0])
        server = min(self._servers, key=lambda one: one.active)
        server.enter(own[0], max(1.0, chance.expovariate(1 / plant.tokens)))
        yield None
        self._calls.give_back()
        yield processor.work(plant.turn * (1 - _BEFORE))
        yield master.work(plant.store * (1 - _ACCEPT) / 3)
        self._turns.give_back()
        yield clock.now + plant.platform
        yield master.work(plant.store * (1 - _ACCEPT) / 3)
        self._end(number)

    def _end(self, number: int) -> None:
        arrived, now = self._arrived.pop(number), self._clock.now
        if now > self._warm_up:
            self.seen.ended += 1
            self.seen.inside += now - max(arrived, self._warm_up)
        self._note(self.seen.answered, arrived)

    def _note(self, times: list[float], arrived: float) -> None:
        if arrived >= self._warm_up:
            times.append(self._clock.now - arrived)


def _most(processors: Sequence[Processor], seconds: float) -> float:
    """Of the busiest."""
    return max(processor.busy for processor in processors) / seconds
