"""Questions that wait for what is away: put there, called back, counted."""

from __future__ import annotations

import asyncio

from bot.store import bounds
from bot.store import keys as names
from bot.store.codec import encode
from bot.store.courier import Courier
from bot.store.keys import Keys
from bot.store.redis import Client, Script, redis_errors
from bot.store.schedule import GRACE_MS, parsed
from bot.types import CalledBack, Claim, Lease, Reply, Work


class RedisParking:
    """`bot.ports.Parking` on Redis: messages stay in the inbox; a sorted set a partition tells who waits."""

    lines = names.PARTITIONS

    def __init__(self, client: Client) -> None:
        self._courier = Courier.of(client)
        self._park = Script(client, "park")
        self._call_back = Script(client, "call_back")

    async def park(
        self, lease: Lease, claim: Claim, notice: Reply, *, attempts: int, again: float, over: float
    ) -> bool:
        """Raises LeaseLost and Unavailable."""
        keys = Keys(lease.conversation)
        more = await self._park.fenced(
            [
                keys.lease(lease.work),
                keys.inbox,
                keys.attempts,
                *keys.line,
                keys.parked,
                keys.parking,
                keys.outbox,
                keys.schedule(Work.DELIVER),
                keys.quiet,
                keys.done(notice.id),
            ],
            lease.fence,
            keys.name,
            max(1, int(again * 1000)),
            max(1, int(over * 1000)),
            attempts,
            bounds.PARKED_S,
            len(claim.messages),
            claim.messages[0].id,
            encode(notice),
            GRACE_MS,
            bounds.PARKED_S,
        )
        return bool(more)

    async def call_back(self, line: int, *, upto: int, least: int) -> CalledBack | None:
        """Of one line. Raises Unavailable."""
        found = await self._call_back([*names.waiting(line), names.parked(line)], upto, least)
        one = parsed(found[1]) if found else None
        return CalledBack(int(found[0]), one) if one else None

    async def count(self) -> int:
        """Raises Unavailable."""
        with redis_errors():
            counts = await asyncio.gather(
                *(self._courier.call("ZCARD", names.parked(number)) for number in names.partitions())
            )
        return sum(map(int, counts))
