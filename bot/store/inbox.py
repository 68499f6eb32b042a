"""Accept once; commit, pass on to a person, or put back."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Final

from bot.store import bounds
from bot.store import keys as names
from bot.store.arrivals import MOST_WAITING, Arrivals
from bot.store.claims import Claims
from bot.store.codec import encode
from bot.store.keys import Keys
from bot.store.pace import Pace
from bot.store.reading import readable
from bot.store.records import PassedOn, PassedOver, answered, entry
from bot.store.redis import Client, Script
from bot.store.room import Room
from bot.store.schedule import GRACE_MS
from bot.types import (
    Acceptance,
    Claim,
    Committed,
    Conversation,
    DeadLetter,
    Delivery,
    HandOver,
    Lease,
    Message,
    Newer,
    Outgoing,
    Reply,
    Said,
    Work,
)

HISTORY_KEPT: Final = 100
TELL_EVERY_MS: Final = 60_000
"""People are told of one conversation at most so often."""
_NOBODY: Final = HandOver("", seconds=0, tell=False)


class RedisInbox:
    """`bot.ports.Inbox` on Redis."""

    def __init__(self, client: Client, paces: Mapping[str, Pace], *, life: float) -> None:
        """`life` is a lease's in seconds; `paces` are by tenant."""
        self._life_ms = int(life * 1000)
        self._room = Room(client)
        self._arrivals = Arrivals(client, paces)
        self._claims = Claims(client)
        self._claim = Script(client, "claim")
        self._newer = Script(client, "newer")
        self._commit = Script(client, "commit")
        self._pass_on = Script(client, "pass_on")
        self._pass_over = Script(client, "pass_over")
        self._later = Script(client, "answer_later")

    async def accept(
        self, message: Message, *, promised: bool = False, within: float | None = None
    ) -> Acceptance:
        """Store it once, and put its conversation in line. Raises Unavailable, and NoRoom."""
        await self._room.check()
        return await self._arrivals.store(
            message, most=sys.maxsize if promised else MOST_WAITING, within=within
        )

    async def claim(self, lease: Lease, *, limit: int, lines: int) -> Claim:
        """The oldest messages, and the newest `lines` of the history; of both, what can be read."""
        keys = Keys(lease.conversation)
        found = await self._claim.fenced(
            [
                keys.lease(lease.work),
                keys.inbox,
                keys.history,
                keys.attempts,
                keys.person,
                keys.quiet,
                keys.parking,
            ],
            lease.fence,
            limit,
            lines,
        )
        return await self._claims.read(lease, found)

    async def newer(self, conversation: Conversation, *, known: int, limit: int) -> Newer | None:
        """What came in behind the `known` messages of a turn; of that, what can be read."""
        keys = Keys(conversation)
        found = await self._newer([keys.inbox, keys.quiet], known, limit)
        if found is None:
            return None
        quiet_ms, messages = found
        return Newer(tuple(readable(messages, Message, partition=keys.partition)), int(quiet_ms) / 1000)

    async def commit(
        self,
        lease: Lease,
        claim: Claim,
        reply: Reply,
        said: Sequence[Said],
        hand_over: HandOver | None = None,
        *,
        deliver: bool = False,
        letter: DeadLetter | None = None,
    ) -> Committed:
        """Reply out, history on, journal on, inbox off; with `hand_over`, a person on; `letter` listed."""
        keys, person = Keys(lease.conversation), hand_over or _NOBODY
        more, delivering, sent, unanswered = await self._commit.fenced(
            [
                *_of_a_turn(keys, lease),
                keys.people,
                keys.bells,
                *keys.line[1:],
                keys.lease(Work.DELIVER),
                keys.hold(Work.DELIVER),
                keys.sent,
                keys.quiet,
                *names.dead(keys.partition, lease.conversation.tenant),
            ],
            lease.fence,
            str(lease.conversation),
            GRACE_MS,
            claim.messages[0].id,
            len(claim.messages),
            encode(reply),
            HISTORY_KEPT,
            bounds.HISTORY_S,
            bounds.JOURNAL_LEN,
            int(person.seconds * 1000),
            person.reason,
            int(person.tell),
            encode(reply.address),
            bounds.PERSON_S * 1000,
            entry(answered(reply)),
            self._life_ms if deliver else 0,
            encode(letter) if letter else b"",
            bounds.DEAD_S * 1000,
            bounds.DEAD_MOST,
            *(encode(line) for line in said),
        )
        delivery = Delivery(reply, reply.first_part, sent_since=int(sent), unanswered=int(unanswered))
        out = Outgoing(Lease(lease.conversation, Work.DELIVER, lease.fence), delivery)
        return Committed(bool(more), out if delivering else None)

    async def pass_on(
        self, lease: Lease, claim: Claim, said: Sequence[Said], replies: Sequence[Reply], *, tell: bool
    ) -> bool:
        """Inbox off, history on, journal on, for the person who has the conversation."""
        keys = Keys(lease.conversation)
        moved = await self._pass_on.fenced(
            [*_of_a_turn(keys, lease), keys.bells],
            lease.fence,
            str(lease.conversation),
            GRACE_MS,
            claim.messages[0].id,
            len(claim.messages),
            HISTORY_KEPT,
            bounds.HISTORY_S,
            bounds.JOURNAL_LEN,
            encode(claim.messages[-1].address),
            int(tell),
            TELL_EVERY_MS,
            entry(PassedOn(keys.name, tuple(message.id for message in claim.messages))),
            len(said),
            *(encode(one) for one in (*said, *replies)),
        )
        return bool(moved)

    async def pass_over(self, lease: Lease, claim: Claim, said: Said) -> None:
        """Inbox off, history on, journal on, and no reply."""
        keys, ids = Keys(lease.conversation), tuple(message.id for message in claim.messages)
        await self._pass_over.fenced(
            [keys.lease(lease.work), keys.inbox, keys.history, keys.attempts, keys.journal],
            lease.fence,
            ids[0],
            len(ids),
            HISTORY_KEPT,
            bounds.HISTORY_S,
            bounds.JOURNAL_LEN,
            entry(PassedOver(keys.name, ids)),
            encode(said),
        )

    async def put_back(self, lease: Lease, claim: Claim, *, delay: float, counts: bool = True) -> None:
        """Count the attempt, if it was one; try again in `delay` seconds."""
        keys = Keys(lease.conversation)
        await self._later.fenced(
            [keys.lease(lease.work), keys.attempts, keys.schedule(lease.work)],
            lease.fence,
            str(lease.conversation),
            max(1, int(delay * 1000)),
            bounds.ATTEMPTS_S,
            claim.attempts + int(counts),
        )


def _of_a_turn(keys: Keys, lease: Lease) -> list[str]:
    """What the end of a turn touches, whoever answers: in the order in which the scripts name them."""
    return [
        keys.lease(lease.work),
        keys.inbox,
        keys.outbox,
        keys.history,
        keys.attempts,
        keys.schedule(Work.ANSWER),
        keys.schedule(Work.DELIVER),
        keys.journal,
        keys.person,
    ]
