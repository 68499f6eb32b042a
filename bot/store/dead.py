"""What was given up: the list, and back into the queues from there."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from bot.replies import reply_id
from bot.store import bounds
from bot.store import keys as names
from bot.store.codec import encode
from bot.store.keys import Keys
from bot.store.reading import readable
from bot.store.records import DeliveryEnded, entry
from bot.store.redis import Client, Script, redis_errors
from bot.types import APOLOGISED, Conversation, DeadLetter, DeliveryState, Lease, Reply, Work

_LATE_MS: Final = 60_000
"""One list is read after the other: what is buried meanwhile may be older than what was read elsewhere."""


class RedisDeadLetters:
    """`bot.ports.DeadLetters` on Redis, of these tenants."""

    def __init__(self, client: Client, tenants: Sequence[str]) -> None:
        self._client = client
        self._tenants = tenants
        self._bury = Script(client, "bury")
        self._undelivered = Script(client, "undelivered")
        self._revive = Script(client, "revive")

    async def bury(self, lease: Lease, letter: DeadLetter) -> None:
        """Onto the list, until DEAD_S is over or DEAD_MOST newer ones are there. Raises LeaseLost."""
        await self._bury.fenced(
            [Keys(lease.conversation).lease(lease.work), *_list_of(lease.conversation)],
            lease.fence,
            letter.id,
            encode(letter),
            bounds.DEAD_S * 1000,
            bounds.DEAD_MOST,
        )

    async def undelivered(self, conversation: Conversation, reply: str, *, part: int, reason: str) -> bool:
        """Onto the list what a platform took a while ago; False when nobody knows it any more."""
        keys = Keys(conversation)
        with redis_errors():
            data: Any = await self._client.get(keys.delivered(reply))
        for sent in readable([data] if data else [], Reply):
            # the platform knows the old id, and would take what bears it for the same once more
            again = replace(sent, id=reply_id(conversation, (reply, "again")))
            letter = DeadLetter(again, DeliveryState.FAILED.value, reason, next_part=part)
            ended = DeliveryEnded(reply, keys.name, sent.answers, DeliveryState.FAILED, reason, attempts=0)
            done = await self._undelivered(
                [keys.delivered(reply), *_list_of(conversation), keys.journal, keys.ends],
                letter.id,
                encode(letter),
                bounds.DEAD_S * 1000,
                bounds.DEAD_MOST,
                entry(ended),
                bounds.JOURNAL_LEN,
                bounds.ENDS_KEPT,
                bounds.HISTORY_S,
            )
            return bool(done)
        return False

    async def all(self) -> list[DeadLetter]:
        """The oldest first."""
        return await self._since(0)

    async def counts(self) -> dict[str, int]:
        """How many each tenant has."""
        with redis_errors():
            async with self._client.pipeline(transaction=False) as pipe:
                for tenant in self._tenants:
                    for number in names.partitions():
                        pipe.zcard(names.dead(number, tenant)[0])
                found = await pipe.execute()
        each = names.PARTITIONS
        return {tenant: sum(found[n * each : (n + 1) * each]) for n, tenant in enumerate(self._tenants)}

    async def revive(self, letter: DeadLetter, *, now: float) -> bool:
        """The reply behind what waits there, as if it were new; or the messages, under names not yet seen."""
        reply, work, values = letter.reply, Work.DELIVER, [encode(_anew(letter, now))]
        if letter.state == APOLOGISED:
            work = Work.ANSWER
            values = [encode(replace(message, id=f"{message.id}~again")) for message in letter.messages]
        keys = Keys(reply.conversation)
        done = await self._revive(
            [
                *_list_of(reply.conversation),
                keys.queue(work),
                keys.schedule(work),
                keys.done(f"revive {uuid.uuid4().hex}"),
            ],
            letter.id,
            str(reply.conversation),
            bounds.DONE_S,
            *values,
        )
        return bool(done)

    async def drop(self, letter: DeadLetter) -> bool:
        """Off the list for good."""
        dead, letters = _list_of(letter.reply.conversation)
        with redis_errors():
            async with self._client.pipeline(transaction=True) as pipe:
                pipe.zrem(dead, letter.id)
                pipe.hdel(letters, letter.id)
                gone, _ = await pipe.execute()
        return bool(gone)

    async def to_tell(self, *, every: float) -> Sequence[DeadLetter]:
        """Those since the last telling; nothing while another tells, or told a short while ago."""
        with redis_errors():
            if await self._client.exists(names.DEAD_TELLING):  # before thousands of letters are read in vain
                return []
            found: Any = await self._client.zrange(names.DEAD_KNOWN, 0, -1, withscores=True)
        known, newest = {name for name, _ in found}, int(max((at for _, at in found), default=0))
        news = [one for one in await self._since(newest - _LATE_MS) if _known_as(one).encode() not in known]
        if not news:
            return []
        with redis_errors():
            mine = await self._client.set(names.DEAD_TELLING, b"", nx=True, px=int(every * 1000))
        return news if mine else []

    async def told(self, letters: Sequence[DeadLetter]) -> None:
        """Somebody was told of these."""
        at = {_known_as(letter): _ms(letter) for letter in letters}
        with redis_errors():
            async with self._client.pipeline(transaction=True) as pipe:
                pipe.zadd(names.DEAD_KNOWN, at)
                pipe.zremrangebyscore(names.DEAD_KNOWN, "-inf", max(at.values()) - 2 * _LATE_MS)
                pipe.expire(names.DEAD_KNOWN, bounds.DEAD_S)
                await pipe.execute()

    async def _since(self, ms: int) -> list[DeadLetter]:
        lists = [names.dead(number, tenant) for tenant in self._tenants for number in names.partitions()]
        with redis_errors():
            async with self._client.pipeline(transaction=False) as pipe:
                for dead, _ in lists:
                    pipe.zrangebyscore(dead, ms, "+inf", withscores=True)
                ids = await pipe.execute()
            wanted = [(letters, found) for (_, letters), found in zip(lists, ids, strict=True) if found]
            async with self._client.pipeline(transaction=False) as pipe:
                for letters, found in wanted:
                    pipe.hmget(letters, [id_ for id_, _ in found])
                bodies = await pipe.execute()
        those = [
            replace(letter, at=at / 1000)
            for (_, found), body in zip(wanted, bodies, strict=True)
            for (_, at), data in zip(found, body, strict=True)
            for letter in readable([data] if data else [], DeadLetter)  # or it went meanwhile
        ]
        return sorted(those, key=lambda letter: letter.at)


def _known_as(letter: DeadLetter) -> str:
    """Given up once more, it is news again."""
    return f"{letter.id} {_ms(letter)}"


def _ms(letter: DeadLetter) -> int:
    return round(letter.at * 1000)


def _list_of(conversation: Conversation) -> list[str]:
    return names.dead(names.partition(conversation), conversation.tenant)


def _anew(letter: DeadLetter, now: float) -> object:
    """Under its old id, as a part that may have got through must keep its key; its time begins again."""
    return replace(letter.reply, created_at=now, first_part=letter.next_part)
