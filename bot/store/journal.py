"""Reading the journal: how deliveries ended."""

from __future__ import annotations

from typing import Any, Final

from bot.store.codec import decode
from bot.store.keys import Keys
from bot.store.outbox import DeliveryEnded
from bot.store.redis import Client, redis_errors
from bot.types import Conversation

_NEWEST: Final = 1000
"""Entries that are looked through: those of the conversation's whole partition."""


class RedisJournal:
    """The newest entries, by conversation."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def ends(self, conversation: Conversation) -> list[DeliveryEnded]:
        """Of its newest deliveries, the newest first. Raises Unavailable."""
        with redis_errors():
            newest: Any = self._client.xrevrange(Keys(conversation).journal, count=_NEWEST)
            entries = await newest
        ends = (decode(e[b"data"], DeliveryEnded) for _, e in entries if e[b"kind"] == b"delivery")
        return [end for end in ends if end.conversation == str(conversation)]
