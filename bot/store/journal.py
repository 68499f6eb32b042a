"""How deliveries ended, for people who ask; and what is too old for the journal."""

from __future__ import annotations

from typing import Any

from bot.store import bounds
from bot.store import keys as names
from bot.store.keys import Keys
from bot.store.reading import readable
from bot.store.records import DeliveryEnded
from bot.store.redis import Client, Script, redis_errors
from bot.types import Conversation


class RedisJournal:
    """Of all conversations."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._tidy = Script(client, "tidy")

    async def ends(self, conversation: Conversation) -> list[DeliveryEnded]:
        """Of a person's words, and of what did not arrive; the newest first. Raises Unavailable."""
        keys = Keys(conversation)
        with redis_errors():
            found: Any = self._client.lrange(keys.ends, 0, -1)
            entries = await found
        return readable(entries, DeliveryEnded, partition=keys.partition)

    async def tidy(self) -> None:
        """What is too old goes from the journal, and from all that is kept as long. Raises Unavailable."""
        for number in names.partitions():
            streams = [names.journal(number), names.opinions(number), names.undecodable(number)]
            await self._tidy(streams, bounds.KEPT_S)
