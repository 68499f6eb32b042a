"""Customers on three doors: who writes what, and when."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tests.chaos.check import Shown
from tests.chaos.tags import Tag
from tests.house import House
from tests.simulators.platform import Platform
from tests.simulators.wecom_kf import WeComKfSimulator

_REPEATED = 0.1
"""Of the messages, delivered twice although the first was taken."""
_QUICK = 0.3
"""Of the messages, written right behind the one before."""


@dataclass(frozen=True, slots=True)
class Door:
    """A channel of the house, and the platform behind it."""

    channel: str
    platform: Platform
    takes_key: bool
    """True where the platform takes an idempotency key with each part."""


class Crowd:
    """Customer n stands before door n modulo the number of doors."""

    def __init__(
        self, house: House, doors: Sequence[Door], *, customers: int, messages: int, seed: int
    ) -> None:
        self._house = house
        self._doors = doors
        self._each = {n: messages // customers + (n < messages % customers) for n in range(customers)}
        self._seed = seed
        self.sent = 0

    @property
    def counts(self) -> Mapping[int, int]:
        """How many messages each customer writes."""
        return self._each

    @property
    def with_key(self) -> frozenset[int]:
        """Customers whose platform takes a key."""
        return frozenset(n for n in self._each if self._door(n).takes_key)

    async def write(self, seconds: float) -> None:
        """Everybody writes all they have to say, spread over so many seconds, whatever comes back."""
        await asyncio.gather(*(self._customer(n, count, seconds) for n, count in self._each.items()))

    def shown(self) -> dict[int, list[Shown]]:
        """What is on each customer's screen."""
        return {
            n: [Shown(seen.at, seen.text) for seen in self._door(n).platform.record.seen_by(_user(n))]
            for n in self._each
        }

    def _door(self, customer: int) -> Door:
        return self._doors[customer % len(self._doors)]

    async def _customer(self, customer: int, count: int, seconds: float) -> None:
        chance = random.Random(self._seed * 100_000 + customer)
        pause = seconds / count
        await asyncio.sleep(chance.uniform(0, pause))
        for number in range(count):
            await self._say(customer, number, copies=2 if chance.random() < _REPEATED else 1)
            self.sent += 1
            if chance.random() > _QUICK:
                await asyncio.sleep(chance.uniform(0, 2 * pause))

    async def _say(self, customer: int, number: int, *, copies: int) -> None:
        """Until it is taken: a platform gives up in the end, a customer who wants something does not."""
        door, text = self._door(customer), f"请问 {Tag(customer, number)}"
        id_, url = f"{customer * 1000 + number}", self._house.callback(door.channel)
        if isinstance(door.platform, WeComKfSimulator):
            door.platform.write(_user(customer), text, id_)  # it lies there until fetched, whoever is told
            await door.platform.ring(url)
            return
        while not (
            await door.platform.say(url, user=_user(customer), text=text, msg_id=id_, copies=copies)
        ).accepted:
            await asyncio.sleep(1)


def _user(customer: int) -> str:
    return f"c{customer:04}"
