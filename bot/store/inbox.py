"""Accept once, claim in order, commit or put back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.store import keys as names
from bot.store.arrivals import Arrivals
from bot.store.codec import decode, encode
from bot.store.keys import Keys
from bot.store.redis import Client, Script
from bot.store.room import Room
from bot.store.schedule import GRACE_MS
from bot.types import Acceptance, Claim, Lease, Message, Reply, Said, Work

HISTORY_KEPT: Final = 100


class RedisInbox:
    """`bot.ports.Inbox` on Redis."""

    def __init__(self, client: Client) -> None:
        self._room = Room(client)
        self._arrivals = Arrivals(client)
        self._claim = Script(client, "claim")
        self._commit = Script(client, "commit")
        self._put_back = Script(client, "put_back")

    async def accept(self, message: Message) -> Acceptance:
        """Store it once, and put its conversation in line. Raises Unavailable, also when memory runs out."""
        await self._room.check()
        return await self._arrivals.store(message)

    async def claim(self, lease: Lease, *, limit: int, lines: int) -> Claim:
        """The oldest messages, and the newest `lines` of the history."""
        keys = Keys(lease.conversation)
        messages, history, attempts = await self._claim.fenced(
            [keys.lease(lease.work), keys.inbox, keys.history, keys.attempts], lease.fence, limit, lines
        )
        return Claim(
            tuple(decode(message, Message) for message in messages),
            tuple(decode(line, Said) for line in history),
            int(attempts),
        )

    async def commit(self, lease: Lease, claim: Claim, reply: Reply, said: Sequence[Said]) -> None:
        """Reply out, history on, journal on, inbox off."""
        keys = Keys(lease.conversation)
        await self._commit.fenced(
            [
                keys.lease(lease.work),
                keys.inbox,
                keys.outbox,
                keys.history,
                keys.attempts,
                keys.schedule(Work.ANSWER),
                keys.schedule(Work.DELIVER),
                keys.journal,
            ],
            lease.fence,
            str(lease.conversation),
            GRACE_MS,
            claim.messages[0].id,
            len(claim.messages),
            encode(reply),
            HISTORY_KEPT,
            names.HISTORY_S,
            names.JOURNAL_LEN,
            *(encode(line) for line in said),
        )

    async def put_back(self, lease: Lease, *, delay: float) -> None:
        """Count the attempt, try again in `delay` seconds."""
        keys = Keys(lease.conversation)
        await self._put_back.fenced(
            [keys.lease(lease.work), keys.attempts, keys.hold(lease.work), keys.schedule(lease.work)],
            lease.fence,
            str(lease.conversation),
            max(1, int(delay * 1000)),
            names.ATTEMPTS_S,
        )
