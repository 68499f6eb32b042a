"""Which conversations are due for work that nobody does."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from typing import Final

import structlog

from bot.store import bounds, keys
from bot.store.courier import Courier
from bot.store.redis import Client, Script, redis_errors
from bot.types import Conversation, Work

log = structlog.get_logger()

GRACE_MS: Final = 2000
"""How long a nudge may take before the sweeper gives it up for lost."""
AGAIN_MS: Final = 5000
"""How long the sweeper then leaves a conversation alone."""


class RedisSchedule:
    """`bot.ports.Schedule` on Redis: one sorted set a partition and kind of work, read from its due end."""

    def __init__(self, client: Client) -> None:
        self._courier = Courier.of(client)
        self._overdue = Script(client, "overdue")
        self._unheard = Script(client, "unheard")

    async def overdue(self, work: Work, *, limit: int) -> list[Conversation]:
        """Up to `limit` conversations; the partitions take turns in going first."""
        numbers = list(keys.partitions())
        random.shuffle(numbers)
        if work is Work.ANSWER:
            return await self._unheard_of(numbers, limit)
        found: list[Conversation] = []
        for number in numbers:
            if len(found) >= limit:
                break
            due = await self._overdue([keys.schedule(number, work)], limit - len(found), AGAIN_MS)
            found += [one for name in due if (one := parsed(name))]
        return found

    async def _unheard_of(self, numbers: Sequence[int], limit: int) -> list[Conversation]:
        """One of each line to which nobody comes: in few round trips, as all are looked at each second."""
        found: list[Conversation] = []
        while numbers and (room := limit - len(found)) > 0:
            some, numbers = numbers[:room], numbers[room:]
            names = await asyncio.gather(*(self._unheard(keys.waiting(number), GRACE_MS) for number in some))
            found += [one for name in names if name is not None and (one := parsed(name))]
        return found

    async def waiting(self) -> dict[Work, int]:
        """How many conversations need each kind of work."""
        names = [keys.schedule(number, work) for work in Work for number in keys.partitions()]
        with redis_errors():
            found = await asyncio.gather(
                *(self._courier.call("ZCARD", name) for name in names),
                *(self._courier.call("HGET", keys.turns(number), "ready") for number in keys.partitions()),
            )
        counts = [int(count or 0) for count in found]
        each = keys.PARTITIONS
        sums = [sum(counts[first : first + each]) for first in range(0, len(counts), each)]
        waiting = dict(zip(Work, sums, strict=False))
        waiting[Work.ANSWER] += sums[-1]  # those whose turn it is have left the schedule
        return waiting

    async def ping(self) -> None:
        """Raises Unavailable when the store can't be written (away, loading, read-only, full)."""
        with redis_errors():
            await self._courier.call("SET", keys.PING, b"", "EX", bounds.PING_S)


def parsed(name: bytes) -> Conversation | None:
    """A conversation's name as it stands in a sorted set; None for what is none."""
    try:
        return Conversation.parse(name.decode())
    except ValueError:  # somebody else wrote into our key
        log.warning("schedule_has_a_stranger", mend="look with ZRANGE into kefu:{…}:schedule:… and remove it")
        return None
