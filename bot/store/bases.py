"""What the newest answers of a conversation rest on."""

from __future__ import annotations

from typing import Final

from bot.store import bounds
from bot.store.codec import encode
from bot.store.courier import Courier
from bot.store.keys import Keys
from bot.store.redis import Client, redis_errors
from bot.types import Basis, Conversation

BASIS_BYTES: Final = 4096


class RedisBases:
    """`bot.ports.Bases` on Redis. Written down twice, as by a client that repeats it, one is read."""

    def __init__(self, client: Client) -> None:
        self._courier = Courier.of(client)

    async def note(self, conversation: Conversation, basis: Basis) -> None:
        """Raises Unavailable. One that is too long is left out: control characters alone can make it so."""
        key, data = Keys(conversation).bases, encode(basis)
        if len(data) > BASIS_BYTES:
            return
        with redis_errors():
            await self._courier.call("RPUSH", key, data)
            await self._courier.call("LTRIM", key, -bounds.BASES_KEPT, -1)
            await self._courier.call("EXPIRE", key, bounds.HISTORY_S)
