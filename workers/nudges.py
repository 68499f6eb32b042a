"""A worker's own nudges: what was just answered is delivered here, if there is room."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from bot.ports import Nudges
from bot.types import Conversation, Work
from workers.lanes import Lanes


class DeliverHere:
    """`bot.ports.Nudges` that starts deliveries in this process, each in its channel's lane.

    It spares each reply a trip through the queue, and keeps replies from waiting there behind questions.
    What finds its lane full (a platform is slow) goes through the queue, where any worker takes it.
    """

    def __init__(
        self, queue: Nudges, spawn: Callable[[Coroutine[Any, Any, None]], None], deliveries: Lanes
    ) -> None:
        self._queue = queue
        self._spawn = spawn
        self._deliveries = deliveries

    def nudge(self, work: Work, conversation: Conversation) -> None:
        """Start it here, or pass it on."""
        if work is Work.DELIVER and self._deliveries.has_room(conversation.channel):
            self._spawn(self._deliveries.run(conversation))
        else:
            self._queue.nudge(work, conversation)
