"""How often something may be done, counted for all processes together."""

from __future__ import annotations

import uuid
from typing import Final

from bot.store import keys as names
from bot.store.courier import Courier
from bot.store.redis import Client, Script, redis_errors
from bot.types import Rate

_KEPT_MS: Final = 60_000
"""A place in line is kept so long beyond its time, for who comes a little late."""


class RedisRates:
    """`bot.ports.Rates` on Redis: a window that slides, and a line for who finds it full."""

    def __init__(self, client: Client) -> None:
        self._courier = Courier.of(client)
        self._turn = Script(client, "turn")
        self._rest = Script(client, "rest")

    async def turn(self, rate: Rate, caller: str) -> float:
        """Seconds until the caller's turn, which is theirs; 0: now."""
        return await self._ask(rate, caller, waits=True)

    async def gone(self, rate: Rate, caller: str) -> None:
        """The caller went, and has no place any more; who asks again under that name is counted again."""
        with redis_errors():
            await self._courier.call("ZREM", names.rate(rate.name)[1], caller)

    async def spare(self, rate: Rate) -> float:
        """Seconds until there might be room; 0: there was, and it is taken."""
        return await self._ask(rate, uuid.uuid4().hex, waits=False)

    async def rest(self, rate: Rate, seconds: float) -> None:
        """Nobody's turn comes for so long."""
        await self._rest(names.rate(rate.name), max(1, int(seconds * 1000)), uuid.uuid4().hex)

    async def _ask(self, rate: Rate, caller: str, *, waits: bool) -> float:
        per_ms = max(1, int(rate.per_s * 1000))
        wait = await self._turn(names.rate(rate.name), rate.most, per_ms, caller, _KEPT_MS, int(waits))
        return int(wait) / 1000
