"""Questions that wait for what is away: put there, called back, counted."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from bot.store import bounds
from bot.store import keys as names
from bot.store.codec import encode
from bot.store.courier import Courier
from bot.store.inbox import HISTORY_KEPT
from bot.store.keys import Keys
from bot.store.records import PassedOver, answered, entry
from bot.store.redis import Client, Script, redis_errors
from bot.store.schedule import GRACE_MS, parsed
from bot.types import CalledBack, Claim, DeadLetter, Lease, Reply, Said, Work


class RedisParking:
    """`bot.ports.Parking` on Redis: messages stay in the inbox; a sorted set a partition tells who waits."""

    lines = names.PARTITIONS

    def __init__(self, client: Client) -> None:
        self._courier = Courier.of(client)
        self._park = Script(client, "park")
        self._answer_beside = Script(client, "answer_beside")
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

    async def answer_beside(
        self,
        lease: Lease,
        claim: Claim,
        reply: Reply | None,
        said: Sequence[Said],
        *,
        again: float,
        over: float,
        letter: DeadLetter | None = None,
    ) -> bool:
        """Raises LeaseLost and Unavailable."""
        keys, behind = Keys(lease.conversation), claim.messages[claim.parked :]
        record = answered(reply) if reply else PassedOver(keys.name, tuple(one.id for one in behind))
        more = await self._answer_beside.fenced(
            [
                keys.lease(lease.work),
                keys.inbox,
                keys.outbox,
                keys.history,
                keys.attempts,
                keys.schedule(lease.work),
                keys.schedule(Work.DELIVER),
                keys.journal,
                *keys.line[1:],
                keys.quiet,
                keys.parked,
                keys.parking,
                *names.dead(keys.partition, lease.conversation.tenant),
            ],
            lease.fence,
            keys.name,
            GRACE_MS,
            claim.messages[0].id,
            claim.parked,
            behind[0].id,
            len(behind),
            max(1, int(again * 1000)),
            max(1, int(over * 1000)),
            bounds.PARKED_S,
            HISTORY_KEPT,
            bounds.HISTORY_S,
            bounds.JOURNAL_LEN,
            "answered" if reply else "passed_over",
            entry(record),
            encode(reply) if reply else b"",
            encode(letter) if letter else b"",
            bounds.DEAD_S * 1000,
            bounds.DEAD_MOST,
            *(encode(line) for line in said),
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
