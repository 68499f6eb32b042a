"""What the newest answers of a conversation rest on."""

from __future__ import annotations

from typing import Final

from bot.store import bounds
from bot.store.codec import encode
from bot.store.keys import Keys
from bot.store.redis import Client, Script
from bot.types import Basis, Conversation

BASIS_BYTES: Final = 4096


class RedisBases:
    """`bot.ports.Bases` on Redis."""

    def __init__(self, client: Client) -> None:
        self._note = Script(client, "note_basis")

    async def note(self, conversation: Conversation, basis: Basis) -> None:
        """Raises Unavailable. One that is too long is left out: control characters alone can make it so."""
        data = encode(basis)
        if len(data) <= BASIS_BYTES:
            await self._note([Keys(conversation).bases], data, bounds.BASES_KEPT, bounds.HISTORY_S)
