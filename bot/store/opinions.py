"""What customers think of replies, into the journal beside the replies themselves."""

from __future__ import annotations

from typing import Any

from bot.store import keys as names
from bot.store.codec import encode
from bot.store.keys import Keys
from bot.store.redis import Client, redis_errors
from bot.store.room import Room
from bot.types import Opinion


class RedisOpinions:
    """`bot.ports.Opinions` on Redis."""

    def __init__(self, client: Client) -> None:
        self._room = Room(client)
        self._client = client

    async def record(self, opinion: Opinion) -> None:
        """Raises Unavailable, also when memory runs out: what waits for an answer goes before."""
        await self._room.check()
        with redis_errors():
            recorded: Any = self._client.xadd(
                Keys(opinion.conversation).journal,
                {"kind": "opinion", "data": encode(opinion)},
                maxlen=names.JOURNAL_LEN,
                approximate=True,
            )
            await recorded
