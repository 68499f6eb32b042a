"""One worker at a time for one kind of work on one conversation, with a fencing number."""

from __future__ import annotations

from bot.store.keys import Keys
from bot.store.redis import Client, Script, a_token
from bot.store.schedule import GRACE_MS
from bot.types import Conversation, Lease, Work


class RedisLeases:
    """`bot.ports.Leases` on Redis. `life` is in seconds."""

    def __init__(self, client: Client, *, life: float) -> None:
        self._life_ms = int(life * 1000)
        self._take = Script(client, "take")
        self._renew = Script(client, "renew")
        self._release = Script(client, "release")
        self._give_back = Script(client, "give_back")

    async def take(self, conversation: Conversation, work: Work) -> Lease | None:
        """The lease; None while it is held, a retry is due later, or there is nothing to do."""
        assert work is not Work.ANSWER, (
            "whoever answers takes the conversation whose turn it is (`RedisLine`)"
        )
        keys = Keys(conversation)
        fence = await self._take(
            [keys.lease(work), keys.hold(work), keys.schedule(work), keys.fence],
            str(conversation),
            self._life_ms,
            GRACE_MS,
            a_token(),
        )
        return None if fence is None else Lease(conversation, work, int(fence))

    async def renew(self, lease: Lease) -> None:
        """Keep it for another term. Raises LeaseLost."""
        keys = Keys(lease.conversation)
        await self._renew.fenced(
            [keys.lease(lease.work), keys.schedule(lease.work)],
            lease.fence,
            str(lease.conversation),
            self._life_ms,
            0 if lease.work is Work.ANSWER else GRACE_MS,
        )

    async def release(self, lease: Lease) -> bool:
        """Give it back; True when there is more to do at once."""
        keys = Keys(lease.conversation)
        if lease.work is Work.ANSWER:
            more = await self._give_back(
                [keys.lease(lease.work), *keys.line, keys.inbox, keys.quiet],
                lease.fence,
                str(lease.conversation),
            )
            return bool(more)
        more = await self._release(
            [
                keys.lease(lease.work),
                keys.hold(lease.work),
                keys.schedule(lease.work),
                keys.queue(lease.work),
            ],
            lease.fence,
            str(lease.conversation),
            GRACE_MS,
        )
        return bool(more)
