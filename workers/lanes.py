"""A lane for each channel, so that one whose platform is slow has no other wait.

Deliveries of a channel that hangs stand in its own lane; they hold no lease, no thread and nobody else's
place. When even the lane is full, a delivery is left to the sweeper, which comes back to it.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from typing import Final

from bot.types import Conversation

_LONGEST: Final = 1000
"""Waiting in a lane: a few seconds' worth for a platform that works."""
_SOON_S: Final = 0.1
"""Answers that are made faster than they are sent wait for that; where a platform hangs, they hardly do."""


class Lanes:
    """Does something for many conversations, so many at once of each channel."""

    def __init__(
        self, do: Callable[[Conversation], Awaitable[None]], *, at_once: int, longest: int = _LONGEST
    ) -> None:
        self._do = do
        self._places: dict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(at_once))
        self._waiting: dict[str, int] = defaultdict(int)
        self._longest = longest

    def has_room(self, channel: str) -> bool:
        """Whether one more can be taken."""
        return self._waiting[channel] < self._longest

    async def enter(self, channel: str) -> bool:
        """A place that is to be left again; False: there was none soon."""
        place = self._places[channel]
        if not place.locked():
            return await place.acquire()
        try:
            async with asyncio.timeout(_SOON_S):
                return await place.acquire()
        except TimeoutError:
            return False

    def leave(self, channel: str) -> None:
        """For whoever is next."""
        self._places[channel].release()

    async def run(self, conversation: Conversation) -> None:
        """Do it when there is a place in its lane; leave it when the lane is full."""
        channel = conversation.channel
        if not self.has_room(channel):
            return
        self._waiting[channel] += 1
        try:
            await self._places[channel].acquire()
        finally:
            self._waiting[channel] -= 1
        try:
            await self._do(conversation)
        finally:
            self._places[channel].release()
