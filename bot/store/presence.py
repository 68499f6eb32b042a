"""Which processes are alive, and what they have to say of themselves."""

from __future__ import annotations

import os
import secrets
import socket
from dataclasses import dataclass
from typing import Any, Final

from bot.ports import Clock
from bot.store import keys
from bot.store.codec import encode
from bot.store.reading import readable
from bot.store.redis import Client, redis_errors

ALIVE_S: Final = 15.0
"""A process not heard of for this long is gone. It reports three times as often."""


@dataclass(frozen=True, slots=True)
class Process:
    """One living process."""

    host: str
    pid: int
    mode: str
    """How it answers: faq, model, or starting (a model that is not up yet)."""


class Presence:
    """A register of one role's processes."""

    def __init__(self, client: Client, role: str, clock: Clock) -> None:
        self._client = client
        self._key = keys.presence(role)
        self._clock = clock

    async def report(self, mode: str) -> None:
        """I am here."""
        me = Process(socket.gethostname(), os.getpid(), mode)
        now = self._clock()
        with redis_errors():
            await self._client.zadd(self._key, {encode(me): now})
            await self._client.zremrangebyscore(self._key, "-inf", now - ALIVE_S)

    async def leave(self, mode: str) -> None:
        """I am going."""
        me = Process(socket.gethostname(), os.getpid(), mode)
        with redis_errors():
            await self._client.zrem(self._key, encode(me))

    async def mode(self) -> str:
        """How the newest process answers; empty when none is alive. Raises Unavailable."""
        processes = await self.alive()
        return processes[-1].mode if processes else ""

    async def alive(self) -> list[Process]:
        """Who is here, the newest report last."""
        with redis_errors():
            found: Any = await self._client.zrangebyscore(self._key, self._clock() - ALIVE_S, "+inf")
        return readable(found, Process)


async def shared_secret(client: Client, name: str) -> str:
    """A random key that the first process makes and all others find."""
    with redis_errors():
        await client.set(keys.secret(name), secrets.token_urlsafe(32), nx=True)
        value: Any = await client.get(keys.secret(name))
    return str(value.decode())
