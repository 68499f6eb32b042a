"""Which processes are alive, and what they have to say of themselves.

By the store's clock: one whose own is wrong would be taken for dead, and take the others for dead.
"""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from bot.store import keys
from bot.store.codec import encode
from bot.store.reading import readable
from bot.store.redis import Client, Script, redis_errors

ALIVE_S: Final = 15.0
"""A process not heard of for this long is gone. It reports five times as often."""
_ALIVE_MS: Final = int(ALIVE_S * 1000)


@dataclass(frozen=True, slots=True)
class Process:
    """One living process."""

    host: str
    pid: int
    mode: str
    """How it answers: faq, model, or starting (a model that is not up yet)."""
    parts: dict[str, str] = field(default_factory=dict)
    """How what it depends on is, by name: ok, away or starting."""
    lesser: tuple[str, ...] = ()
    """The ways in which it answers less well than it could."""


class Presence:
    """A register of one role's processes."""

    def __init__(self, client: Client, role: str) -> None:
        self._client = client
        self._key = keys.presence(role)
        self._here = Script(client, "here")
        self._alive = Script(client, "alive")
        self._reported = b""

    async def report(
        self, mode: str, parts: Mapping[str, str] | None = None, lesser: Sequence[str] = ()
    ) -> None:
        """I am here, and this is how I am. Raises Unavailable."""
        me = encode(Process(socket.gethostname(), os.getpid(), mode, dict(parts or {}), tuple(lesser)))
        await self._here([self._key], me, self._reported, _ALIVE_MS)
        self._reported = me

    async def leave(self) -> None:
        """I am going. Raises Unavailable."""
        if self._reported:
            with redis_errors():
                await self._client.zrem(self._key, self._reported)

    async def mode(self) -> str:
        """How the newest process answers; empty when none is alive. Raises Unavailable."""
        processes = await self.alive()
        return processes[-1].mode if processes else ""

    async def parts(self) -> Mapping[str, str]:
        """How what the workers depend on is; each part as the worker sees it that is worst off.

        Raises Unavailable.
        """
        seen = [item for process in await self.alive() for item in process.parts.items()]
        return dict(sorted(seen, key=lambda item: item[1] != "ok"))

    async def lesser(self) -> Sequence[str]:
        """The ways in which any of them answers less well than it could. Raises Unavailable."""
        return sorted({way for process in await self.alive() for way in process.lesser})

    async def alive(self) -> list[Process]:
        """Who is here, the newest report last."""
        return readable(await self._alive([self._key], _ALIVE_MS), Process)


async def shared_secret(client: Client, name: str) -> str:
    """A random key that the first process makes and all others find."""
    with redis_errors():
        await client.set(keys.secret(name), secrets.token_urlsafe(32), nx=True)
        value: Any = await client.get(keys.secret(name))
    return str(value.decode())
