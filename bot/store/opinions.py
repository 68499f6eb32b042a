"""What customers think of replies: the newest opinion on each."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from bot.errors import TooMany
from bot.store import bounds
from bot.store.codec import encode
from bot.store.keys import Keys
from bot.store.redis import Client, Script
from bot.store.room import Room
from bot.types import Opinion

OPINION_BYTES: Final = 4096


class RedisOpinions:
    """`bot.ports.Opinions` on Redis."""

    def __init__(self, client: Client) -> None:
        self._room = Room(client)
        self._judge = Script(client, "judge")

    async def record(self, opinion: Opinion) -> None:
        """Raises TooMany, and Unavailable, and NoRoom: messages go before."""
        await self._room.check()
        keys = Keys(opinion.conversation)
        kept = await self._judge(
            [keys.judged, keys.opinions],
            opinion.reply,
            _entry(opinion),
            str(opinion.at),
            bounds.JUDGED_MOST,
            bounds.JUDGED_S,
            bounds.OPINIONS_LEN,
        )
        if not kept:
            raise TooMany("too many opinions in this conversation")


def _entry(opinion: Opinion) -> bytes:
    """JSON of OPINION_BYTES at most: long words lose their end."""
    while len(data := encode(opinion)) > OPINION_BYTES and opinion.words:
        opinion = replace(opinion, words=opinion.words[: len(opinion.words) // 2])
    return data
