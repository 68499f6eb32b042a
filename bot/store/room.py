"""Is there room for more messages? A store that is quite full can't even be emptied."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import Any, Final

from redis.exceptions import ResponseError

from bot.errors import NoRoom, Unavailable
from bot.store.redis import Client, redis_errors

_FULL: Final = 0.9
"""Of `maxmemory`. Answering writes before it frees (leases, replies, nudges): the rest is for that."""
_LOOK_S: Final = 1.0
_PATIENCE_S: Final = 1.0
"""Of a door that waits for a look."""


class Room:
    """Looks at the store's memory, once a second at most."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._looked = float("-inf")
        self._looking: asyncio.Task[bool] | None = None
        self._full = False

    async def check(self) -> None:
        """Raises Unavailable, and NoRoom when what is left is needed for answering what waits.

        Whoever comes during a look waits for it too: else two messages of one moment would change places.
        """
        if time.monotonic() - self._looked > _LOOK_S:
            self._looked = time.monotonic()
            self._looking = asyncio.create_task(self._is_full(), name="room")
            self._looking.add_done_callback(_heard)
        if self._looking:
            looking = self._looking
            self._full = await self._seen(looking)
            if self._looking is looking:
                self._looking = None
        if self._full:
            raise NoRoom("the store is nearly full; give it more memory or wait until it is worked off")

    async def _seen(self, looking: asyncio.Task[bool]) -> bool:
        try:
            async with asyncio.timeout(_PATIENCE_S):
                return await asyncio.shield(looking)
        except TimeoutError:
            raise Unavailable(f"the store took longer than {_PATIENCE_S:g} s") from None

    async def _is_full(self) -> bool:
        memory: Any = {}
        with redis_errors(), suppress(ResponseError):  # a server may not let us look: then it has room
            memory = await self._client.info("memory")
        limit = int(memory.get("maxmemory", 0))
        return limit > 0 and int(memory.get("used_memory", 0)) > limit * _FULL


def _heard(looking: asyncio.Task[bool]) -> None:
    """Whoever waited for it may have lost patience, and asyncio reports an error that nobody looks at."""
    if not looking.cancelled():
        looking.exception()
