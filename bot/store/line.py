"""Who is answered next: the fairest of a partition's conversations.

Stride scheduling (Waldspurger and Weihl, 1995): each tenant has a pass, each turn adds the tenant's stride
to it, and the least pass is next. So tenants that have work get turns by their weights, whatever the others
send, and choosing costs the same however many wait. Where a conversation stands: `scripts/prelude.lua`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from bot.store import bounds
from bot.store import keys as names
from bot.store.claims import Claims
from bot.store.redis import Client, Script, a_token
from bot.types import Conversation, Lease, Taken, Work


class RedisLine:
    """`bot.ports.Line` on Redis: one a partition."""

    lines = names.PARTITIONS

    def __init__(self, client: Client, *, life: float) -> None:
        """`life` is a lease's in seconds."""
        self._life_ms = int(life * 1000)
        self._take_turn = Script(client, "take_turn")
        self._claims = Claims(client)

    async def take(
        self, ticket: Conversation, *, limit: int, lines: int, further: int = 0, redeem: bool = False
    ) -> Taken | None:
        """The fairest that is ready, with its lease."""
        number = (names.partition(ticket) + further) % names.PARTITIONS
        found = await self._take_turn(
            _keys(number), self._life_ms, limit, lines, int(redeem), a_token(), bounds.TOOK_MS
        )
        if found is None:
            return None
        name, fence, more, claim, crowded = found
        lease = Lease(Conversation.parse(name.decode()), Work.ANSWER, int(fence))
        read = await self._claims.read(lease, claim)
        return Taken(lease, replace(read, crowded=bool(crowded)), bool(more))


@cache
def _keys(number: int) -> Sequence[str]:
    kinds = "inbox", "history", "attempts", "person", "took", "quiet", "spare", "parking"
    each = (names.beginning(number, kind) for kind in (f"lease:{Work.ANSWER}", *kinds))
    return [*names.waiting(number), names.fence(number), *each, names.parked(number)]
