"""Which accounts have something to fetch, and how far we got with each."""

from __future__ import annotations

from bot.store import bounds
from bot.store.keys import Keys
from bot.store.redis import Client, Script
from bot.store.schedule import GRACE_MS
from bot.types import Conversation, Lease, Pull, Work


class RedisPulls:
    """`bot.ports.Pulls` on Redis."""

    def __init__(self, client: Client) -> None:
        self._wake = Script(client, "wake")
        self._claim = Script(client, "pull_claim")
        self._advance = Script(client, "pull_advance")
        self._done = Script(client, "pull_done")
        self._put_back = Script(client, "pull_put_back")

    async def wake(self, account: Conversation, token: str) -> None:
        """There is something to fetch. Raises Unavailable."""
        keys = Keys(account)
        await self._wake([keys.wake, keys.schedule(Work.PULL)], token, str(account), GRACE_MS)

    async def claim(self, lease: Lease) -> Pull:
        """What to fetch, and from where on."""
        keys = Keys(lease.conversation)
        word, cursor, attempts = await self._claim.fenced(
            [keys.lease(lease.work), keys.wake, keys.cursor, keys.attempts], lease.fence
        )
        wake = word.decode()
        return Pull(wake, wake.partition(":")[2], cursor.decode(), int(attempts))

    async def advance(self, lease: Lease, cursor: str) -> None:
        """A page is stored: go on behind it next time."""
        keys = Keys(lease.conversation)
        await self._advance.fenced([keys.lease(lease.work), keys.cursor, keys.attempts], lease.fence, cursor)

    async def done(self, lease: Lease, pull: Pull) -> None:
        """All there was when `pull` was claimed is stored."""
        keys = Keys(lease.conversation)
        await self._done.fenced([keys.lease(lease.work), keys.wake, keys.attempts], lease.fence, pull.wake)

    async def put_back(self, lease: Lease, pull: Pull, *, delay: float) -> None:
        """Count the attempt, try again in `delay` seconds."""
        keys = Keys(lease.conversation)
        await self._put_back.fenced(
            [keys.lease(lease.work), keys.attempts, keys.hold(lease.work), keys.schedule(lease.work)],
            lease.fence,
            str(lease.conversation),
            max(1, int(delay * 1000)),
            bounds.ATTEMPTS_S,
            pull.attempts + 1,
        )
