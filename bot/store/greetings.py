"""Welcomes, straight to the outbox: no turn makes them, so no lease guards them."""

from __future__ import annotations

from bot.store import bounds
from bot.store.codec import encode
from bot.store.keys import Keys
from bot.store.redis import Client, Script
from bot.store.room import Room
from bot.store.schedule import GRACE_MS
from bot.types import Conversation, Reply, Work


class RedisGreetings:
    """`bot.ports.Greetings` on Redis."""

    def __init__(self, client: Client) -> None:
        self._room = Room(client)
        self._greet = Script(client, "greet")
        self._attended = Script(client, "attended")

    async def greet(self, welcome: Reply) -> bool:
        """Put it in the outbox, once a day. Raises Unavailable, also when memory runs out."""
        await self._room.check()
        keys = Keys(welcome.conversation)
        done = await self._greet(
            [keys.greeted, keys.outbox, keys.schedule(Work.DELIVER), keys.person],
            encode(welcome),
            bounds.GREETED_S,
            str(welcome.conversation),
            GRACE_MS,
            welcome.id,
        )
        return bool(done)

    async def in_place(self, conversation: Conversation) -> bool:
        """Not while a person has the conversation. Raises Unavailable."""
        return not await self._attended([Keys(conversation).person])
