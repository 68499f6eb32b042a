"""A worker's own nudges: what was just answered is delivered here, if there is room."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from bot.ports import Nudges
from bot.types import Conversation, Work


class DeliverHere:
    """`bot.ports.Nudges` that starts deliveries in this process, up to a number at once.

    It spares each reply a trip through the queue, and keeps replies from waiting there behind questions.
    Beyond that number (a platform is slow) they go through the queue, where any worker takes them.
    """

    def __init__(
        self,
        queue: Nudges,
        spawn: Callable[[Coroutine[Any, Any, None]], None],
        deliver: Callable[[Conversation], Awaitable[None]],
        *,
        at_once: int,
    ) -> None:
        self._queue = queue
        self._spawn = spawn
        self._deliver = deliver
        self._room = at_once

    def nudge(self, work: Work, conversation: Conversation) -> None:
        """Start it here, or pass it on."""
        if work is Work.DELIVER and self._room > 0:
            self._room -= 1
            self._spawn(self._run(conversation))
        else:
            self._queue.nudge(work, conversation)

    async def _run(self, conversation: Conversation) -> None:
        try:
            await self._deliver(conversation)
        finally:
            self._room += 1
