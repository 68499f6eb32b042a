"""What customers think of replies: the newest opinion on each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from bot.errors import TooMany
from bot.store import bounds
from bot.store import keys as names
from bot.store.codec import encode
from bot.store.keys import Keys
from bot.store.reading import readable
from bot.store.redis import Client, Script, redis_errors
from bot.store.room import Room
from bot.types import Basis, Judged, Opinion

OPINION_BYTES: Final = 4096


class RedisOpinions:
    """`bot.ports.Opinions` on Redis."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._room = Room(client)
        self._judge = Script(client, "judge")

    async def record(self, opinion: Opinion) -> None:
        """Raises TooMany, and Unavailable, and NoRoom: messages go before."""
        await self._room.check()
        keys = Keys(opinion.conversation)
        kept = await self._judge(
            [keys.judged, keys.opinions, keys.bases],
            opinion.reply,
            _entry(opinion),
            str(opinion.at),
            bounds.JUDGED_MOST,
            bounds.JUDGED_S,
            bounds.OPINIONS_LEN,
        )
        if not kept:
            raise TooMany("too many opinions in this conversation")

    async def since(self, tenant: str, at: float) -> list[Judged]:
        """Those of a tenant's customers, the newest first. Raises Unavailable."""
        first = f"{max(0, int(at * 1000))}-0"
        with redis_errors():
            async with self._client.pipeline(transaction=False) as pipe:
                for number in names.partitions():
                    pipe.xrange(names.opinions(number), first)
                found = await pipe.execute()
        judged = [one for part in found for _, fields in part if (one := _judged(fields))]
        own = (one for one in judged if one.opinion.conversation.tenant == tenant)
        return sorted(own, key=lambda one: -one.opinion.at)


def _judged(fields: Mapping[bytes, bytes]) -> Judged | None:
    opinions = readable([fields.get(b"data", b"")], Opinion)
    bases = readable([fields[b"basis"]], Basis) if b"basis" in fields else []
    return Judged(opinions[0], bases[0] if bases else None) if opinions else None


def _entry(opinion: Opinion) -> bytes:
    """JSON of OPINION_BYTES at most: long words lose their end."""
    while len(data := encode(opinion)) > OPINION_BYTES and opinion.words:
        opinion = replace(opinion, words=opinion.words[: len(opinion.words) // 2])
    return data
