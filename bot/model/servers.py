"""All model servers as one model: the least loaded gets the call, and another one if that fails."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Final

from bot.errors import Busy, Held, Unavailable
from bot.model.places import Places
from bot.model.server import Health, Server
from bot.ports import Clock, Heard, Prompt
from bot.waiting import end, for_ever

_EVERY_S: Final = 1.0
_TRIES: Final = 2
"""Of a call that fails: a third server would hardly have the time."""
_PUSHED_BACK: Final = 6
"""Times that one call is told to come later; each time its server's window has shrunk."""
_PAUSE_S: Final = 0.25


class ModelServers:
    """`bot.ports.Model` over one or more servers."""

    def __init__(
        self, servers: Iterable[Server], *, every: float = _EVERY_S, clock: Clock = time.monotonic
    ) -> None:
        self.servers = tuple(servers)
        self._places = Places()
        self._every = every
        self._clock = clock

    async def complete(self, prompt: Prompt, *, timeout: float, heard: Heard | None = None) -> str:
        """The model's words. Raises Unavailable, at once when no server can be asked, or Refused."""
        return await _Call(self._places, prompt, heard, self._clock, self._clock() + timeout).on(self.servers)

    @property
    def room(self) -> int:
        """Calls that may be under way, on all servers that can be asked."""
        return sum(server.window.size for server in self.servers if server.usable)

    @property
    def slow(self) -> bool:
        """Whether answers are kept shorter by one that can be asked."""
        return any(server.slow for server in self.servers if server.usable)

    @property
    def health(self) -> Mapping[str, Health]:
        """Each server's, by name."""
        return {server.name: server.health for server in self.servers}

    @property
    def mode(self) -> str:
        """How customers are answered: model, starting, or faq while every server is away."""
        healths = set(self.health.values())
        if Health.OK in healths:
            return "model"
        return "starting" if Health.STARTING in healths else "faq"

    async def watch(self) -> None:
        """Look at each server for ever; run it as a task."""
        looks = [
            asyncio.create_task(
                for_ever(
                    partial(self._look, server), every=self._every, failing="model_server_not_looked_at"
                ),
                name=server.name,
            )
            for server in self.servers
        ]
        try:
            await asyncio.gather(*looks)
        finally:
            await end(looks)

    async def look(self) -> None:
        """Look at each once."""
        await asyncio.gather(*(server.look() for server in self.servers))
        self._places.move()

    async def ping(self) -> None:
        """Raises Unavailable or Refused when no server could answer now."""
        results = await asyncio.gather(*(server.ping() for server in self.servers), return_exceptions=True)
        faults = [result for result in results if isinstance(result, BaseException)]
        if len(faults) == len(results):
            raise faults[0]

    async def close(self) -> None:
        """Let go of connections."""
        for server in self.servers:
            await server.close()

    async def _look(self, server: Server) -> None:
        await server.look()
        self._places.move()


class _Call:
    """One prompt on its way to an answer."""

    def __init__(
        self, places: Places, prompt: Prompt, heard: Heard | None, clock: Clock, until: float
    ) -> None:
        self._places = places
        self._prompt = prompt
        self._tell = heard
        self._clock = clock
        self._until = until
        self._heard = False
        """True: a customer may have seen a part of it, and another server would say something else."""

    async def on(self, servers: Sequence[Server]) -> str:
        """Its answer, by one of these. Raises Unavailable and Refused."""
        tries = pushed_back = 0
        while True:
            server = await self._places.take(self._prompt, servers, within=self._left)
            try:
                return await server.complete(
                    self._prompt, timeout=self._left, heard=self._hear if self._tell else None
                )
            except Held:  # it is being tried by another call: `usable` says so by now
                continue
            except Busy as error:
                pushed_back += 1
                pause = error.retry_after or _PAUSE_S * pushed_back * random.uniform(0.5, 1.5)
                if self._heard or pushed_back == _PUSHED_BACK or pause >= self._left:
                    raise
            except Unavailable:
                tries, pause = tries + 1, 0.0
                servers = [other for other in servers if other is not server]
                if self._heard or tries == _TRIES or not any(other.usable for other in servers):
                    raise
            finally:
                self._places.leave(server, self._prompt)
            await asyncio.sleep(pause)

    @property
    def _left(self) -> float:
        return self._until - self._clock()

    def _hear(self, text: str) -> None:
        self._heard = True
        if self._tell:
            self._tell(text)
