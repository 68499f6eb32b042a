"""How long the lines are, and who stands where they are long."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from bot.store import bounds
from bot.store import keys as names
from bot.store.codec import encode
from bot.store.courier import Courier
from bot.store.keys import Keys
from bot.store.reading import readable
from bot.store.redis import Client, Script, redis_errors
from bot.store.schedule import GRACE_MS, parsed
from bot.types import LongWait, Message, Reply, Row, Standing, Work


class RedisWaits:
    """`bot.ports.Waits` on Redis. Whatever waits, it reads a few numbers of each line and ends of rows."""

    def __init__(self, client: Client) -> None:
        self._courier = Courier.of(client)
        self._standing = Script(client, "standing")
        self._long_waits = Script(client, "long_waits")
        self._tell_wait = Script(client, "tell_wait")

    async def look(self, tenants: Sequence[str]) -> dict[str, Standing]:
        """How each tenant's line stands."""
        found = await asyncio.gather(
            *(
                self._standing([names.line(number), names.turns(number)], *tenants)
                for number in names.partitions()
            )
        )
        return {tenant: _standing(found, index) for index, tenant in enumerate(tenants)}

    async def long(self, tenant: str, line: int, *, place: int, limit: int) -> list[LongWait]:
        """Those from this place on who were not found before."""
        found = await self._long_waits(
            [
                names.row(line, tenant),
                f"{names.beginning(line, 'found')}{tenant}",
                names.beginning(line, "inbox"),
            ],
            place,
            limit,
            bounds.FOUND_MS,
        )
        return [wait for one in found if (wait := _wait(*one))]

    async def tell(self, wait: LongWait, notice: Reply) -> bool:
        """Into the outbox, if they still wait and did not hear it."""
        keys = Keys(wait.conversation)
        told = await self._tell_wait(
            [
                names.row(keys.partition, wait.conversation.tenant),
                keys.inbox,
                keys.outbox,
                keys.schedule(Work.DELIVER),
                keys.person,
                keys.sent,
                keys.done(notice.id),
            ],
            encode(notice),
            keys.name,
            GRACE_MS,
            wait.since,
            bounds.HEARD_S,
            int(wait.address.most is not None),
        )
        return bool(told)

    async def spare(self, tenant: str, line: int, *, turns: int) -> None:
        """Beginning with the next."""
        key = f"{names.beginning(line, 'spare')}{tenant}"
        with redis_errors():
            await self._courier.call("SET", key, turns, "PX", bounds.SPARE_MS)


def _standing(found: Sequence[Sequence[Any]], index: int) -> Standing:
    each = [line[1 + 3 * index : 4 + 3 * index] for line in found]
    return Standing(
        at=int(found[0][0]) / 1000,
        had=sum(int(had) for _, _, had in each),
        rows=tuple(Row(int(ready), int(since) / 1000 if ready else None) for ready, since, _ in each),
    )


def _wait(name: bytes, place: int, first: bytes, newest: bytes) -> LongWait | None:
    """None for what can't be read: whoever takes the turn sets that aside."""
    conversation, messages = parsed(name), readable([first, newest], Message)
    if conversation is None or len(messages) < 2:
        return None
    return LongWait(conversation, messages[1].address, messages[0].id, int(place))
