"""Who waits for a place at a model server: in order of arrival, and before what nobody waits for."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from bot.errors import Held, Unavailable
from bot.model.choose import choose
from bot.model.server import Server
from bot.ports import Prompt


@dataclass(frozen=True, slots=True)
class _Waiting:
    rank: tuple[bool, int]
    prompt: Prompt
    among: tuple[Server, ...]
    place: asyncio.Future[Server]


class Places:
    """Gives out the places of servers' windows. A place that was given has to be left."""

    def __init__(self) -> None:
        self._waiting: list[_Waiting] = []
        self._count = itertools.count()

    async def take(self, prompt: Prompt, among: Sequence[Server], *, within: float) -> Server:
        """A place at one of these. Raises Unavailable when time is up, or at once when none can be asked."""
        if not self._waiting and (server := _choose(among, prompt)):
            return server
        place: asyncio.Future[Server] = asyncio.get_running_loop().create_future()
        rank = (prompt.background, next(self._count))
        self._waiting.append(_Waiting(rank, prompt, tuple(among), place))
        self._waiting.sort(key=lambda one: one.rank)
        self.move()
        try:
            async with asyncio.timeout(within):
                return await self._given(place, prompt)
        except TimeoutError as error:
            raise Unavailable("no model server had a place in time") from error

    def leave(self, server: Server, prompt: Prompt) -> None:
        """The place is free for the next."""
        server.leave(background=prompt.background)
        self.move()

    def move(self) -> None:
        """Give out what is free; send away who waits for servers that can't be asked any more."""
        for one in self._waiting:
            if one.place.done():
                continue
            if server := _choose(one.among, one.prompt):
                one.place.set_result(server)
            elif not any(server.usable for server in one.among):
                one.place.set_exception(Held("no model server can be asked now"))
        self._waiting = [one for one in self._waiting if not one.place.done()]

    async def _given(self, place: asyncio.Future[Server], prompt: Prompt) -> Server:
        try:
            return await place
        except asyncio.CancelledError:
            if not place.cancelled() and not place.exception():  # given in the very moment
                place.result().leave(background=prompt.background)
            self.move()
            raise


def _choose(among: Sequence[Server], prompt: Prompt) -> Server | None:
    server = choose(among, prompt.system, background=prompt.background)
    if server:
        server.enter(background=prompt.background)
    return server
