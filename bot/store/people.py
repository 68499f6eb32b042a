"""Conversations that people have: who waits, what a person says, and back to the bot."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from bot.store import bounds
from bot.store import keys as names
from bot.store.codec import decode, encode
from bot.store.inbox import HISTORY_KEPT, TELL_EVERY_MS
from bot.store.keys import Keys
from bot.store.reading import UNREADABLE, readable, report
from bot.store.records import PersonSaid, Record, TakenBack, entry
from bot.store.redis import Client, Script, redis_errors
from bot.store.schedule import AGAIN_MS, GRACE_MS, parsed
from bot.types import Address, Attended, Conversation, Reply, Said, Speaker, Work

_MEND: Final = "the bot has that conversation again, and the customer was not told"
_MOST: Final = 1000
"""Conversations of a partition that a list shows."""


class RedisPeople:
    """`bot.ports.People` on Redis."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._overdue = Script(client, "overdue")
        self._said = Script(client, "person_said")
        self._take_back = Script(client, "take_back")
        self._told = Script(client, "told")
        self._forget = Script(client, "forget")
        self._set_aside = Script(client, "set_person_aside")

    async def all(self) -> list[Attended]:
        """Those who wait longest first, then those who had a word, the oldest first."""
        with redis_errors():
            async with self._client.pipeline(transaction=False) as pipe:
                for number in names.partitions():
                    pipe.zrange(names.people(number), 0, _MOST - 1)
                found = await pipe.execute()
        those = [one for part in found for name in part if (one := parsed(name))]
        known = (await self._states(those)).values()
        return sorted(
            filter(None, known), key=lambda one: (one.waits_since is None, one.waits_since or one.since)
        )

    async def get(self, conversation: Conversation) -> Attended | None:
        """How it stands; None when nobody has it."""
        return (await self._states([conversation]))[conversation]

    async def history(self, conversation: Conversation) -> list[Said]:
        """What was said, oldest first."""
        keys = Keys(conversation)
        with redis_errors():
            lines: Any = self._client.lrange(keys.history, 0, -1)
            return readable(await lines, Said, partition=keys.partition)

    async def say(self, attended: Attended, reply: Reply, line: Said, *, who: str, seconds: float) -> bool:
        """A person's words. False: nobody has the conversation, or not since `attended` was read."""
        record = PersonSaid(reply.id, str(reply.conversation), who)
        life = max(1, int(seconds * 1000))
        return await self._write(self._said, attended, reply, line, record, life, bounds.PERSON_S * 1000, who)

    async def close(self, attended: Attended, reply: Reply, *, who: str) -> bool:
        """Back to the bot. False: as above."""
        return await self._end(attended, reply, who, 0)

    async def take_back(self, attended: Attended, reply: Reply) -> bool:
        """Back to the bot, as the person's time is over. False: it is not, or not any more."""
        return await self._end(attended, reply, "", 1)

    async def overdue(self, *, limit: int) -> list[Attended]:
        """Those whose time is over, each given to one caller only for the next few seconds."""
        return await self._due(names.people, limit)

    async def to_tell(self, *, limit: int) -> list[Attended]:
        """Those that people are to be told of, given out in the same way."""
        return await self._due(names.bells, limit)

    async def told(self, attended: Attended) -> None:
        """People know of what `attended` counts."""
        await self._note(attended, attended.messages, TELL_EVERY_MS, last=False)

    async def not_told(self, attended: Attended, *, delay: float | None) -> None:
        """It did not work: again in `delay` s, or not before the customer writes."""
        await self._note(attended, -1, int((delay or 0) * 1000), last=delay is None)

    async def _end(self, attended: Attended, reply: Reply, who: str, time_is_over: int) -> bool:
        record = TakenBack(reply.id, str(reply.conversation), who)
        line = Said(Speaker.BOT, reply.text, reply.created_at)
        return await self._write(self._take_back, attended, reply, line, record, time_is_over)

    async def _write(
        self, script: Script, attended: Attended, reply: Reply, line: Said, record: Record, *more: str | int
    ) -> bool:
        keys = Keys(reply.conversation)
        done = await script(
            [
                keys.person,
                keys.outbox,
                keys.schedule(Work.DELIVER),
                keys.history,
                keys.journal,
                keys.people,
                keys.bells,
                keys.done(reply.id),
            ],
            str(reply.conversation),
            GRACE_MS,
            _ms(attended.since),
            encode(reply),
            encode(line),
            HISTORY_KEPT,
            bounds.HISTORY_S,
            entry(record),
            bounds.JOURNAL_LEN,
            bounds.DONE_S,
            *more,
        )
        return bool(done)

    async def _due(self, line: Callable[[int], str], limit: int) -> list[Attended]:
        found: list[Conversation] = []
        for number in names.partitions():
            if len(found) < limit:
                due = await self._overdue([line(number)], limit - len(found), AGAIN_MS)
                found += [one for name in due if (one := parsed(name))]
        states = await self._states(found)
        for conversation in (one for one, state in states.items() if state is None):
            keys = Keys(conversation)
            await self._forget([keys.person, keys.people, keys.bells], str(conversation))
        return [state for state in states.values() if state]

    async def _states(self, those: Sequence[Conversation]) -> dict[Conversation, Attended | None]:
        with redis_errors():
            async with self._client.pipeline(transaction=False) as pipe:
                for conversation in those:
                    pipe.hgetall(Keys(conversation).person)
                hashes = await pipe.execute()
        return {one: await self._readable(one, fields) for one, fields in zip(those, hashes, strict=True)}

    async def _readable(self, conversation: Conversation, fields: Mapping[bytes, bytes]) -> Attended | None:
        """A state that can't be read keeps nobody else waiting: it goes, and the bot has that one again."""
        try:
            return _attended(conversation, fields)
        except (KeyError, ValueError, *UNREADABLE) as error:
            keys = Keys(conversation)
            since = fields.get(b"since", b"")
            aside = [keys.person, keys.undecodable, keys.people, keys.bells]
            if await self._set_aside(aside, keys.name, since, bounds.UNDECODABLE_LEN):
                report("Attended", keys.undecodable, error, mend=_MEND)
            return None

    async def _note(self, attended: Attended, messages: int, delay_ms: int, *, last: bool) -> None:
        keys = Keys(attended.conversation)
        await self._told(
            [keys.person, keys.bells],
            keys.name,
            _ms(attended.since),
            attended.told,
            attended.attempts,
            messages,
            delay_ms,
            int(last),
        )


def _ms(seconds: float) -> int:
    """As it stands in the store: the name of a hand-over."""
    return round(seconds * 1000)


def _attended(conversation: Conversation, fields: Mapping[bytes, bytes]) -> Attended | None:
    if not int(fields.get(b"until", 0)):
        return None
    return Attended(
        conversation=conversation,
        address=decode(fields[b"address"], Address),
        reason=fields[b"reason"].decode(),
        since=int(fields[b"since"]) / 1000,
        until=int(fields[b"until"]) / 1000,
        said_at=int(fields[b"said"]) / 1000,
        waits_since=int(fields[b"waits"]) / 1000 if b"waits" in fields else None,
        who=fields.get(b"who", b"").decode(),
        messages=int(fields[b"messages"]),
        told=int(fields[b"told"]),
        attempts=int(fields.get(b"attempts", 0)),
    )
