"""A worker's own nudges: what was just answered is delivered here, if there is room."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, Protocol, Self

from bot.ports import Nudges
from bot.types import Conversation, Outgoing, Work
from workers.lanes import Lanes

Spawn = Callable[[Coroutine[Any, Any, None]], None]


class Send(Protocol):
    """Makes a delivery that we have the lease on (`workers.deliver`)."""

    def __call__(self, out: Outgoing, *, since: float) -> Coroutine[Any, Any, None]:
        """`since`: the `moment` before the lease was asked for."""
        ...


class DeliverHere:
    """`bot.ports.Nudges` that starts deliveries in this process, each in its channel's lane.

    It spares each reply a trip through the queue, and keeps replies from waiting there behind questions.
    What finds its lane full (a platform is slow) goes through the queue, where any worker takes it.
    """

    def __init__(self, queue: Nudges, spawn: Spawn, deliveries: Lanes, send: Send) -> None:
        self._queue = queue
        self._spawn = spawn
        self._deliveries = deliveries
        self._send = send

    def nudge(self, work: Work, conversation: Conversation) -> None:
        """Start it here, or pass it on."""
        if work is Work.DELIVER and self._deliveries.has_room(conversation.channel):
            self._spawn(self._deliveries.run(conversation))
        else:
            self._queue.nudge(work, conversation)

    def place(self, channel: str) -> Place:
        """`async with` around what may bring a delivery."""
        return Place(self._deliveries, self._spawn, self._send, channel)


class Place:
    """In a lane, kept for the delivery of a reply that is being committed: its lease must not wait there."""

    def __init__(self, lanes: Lanes, spawn: Spawn, send: Send, channel: str) -> None:
        self._lanes = lanes
        self._spawn = spawn
        self._send = send
        self._channel = channel
        self.kept = False

    async def __aenter__(self) -> Self:
        self.kept = await self._lanes.enter(self._channel)
        return self

    async def __aexit__(self, *_: object) -> None:
        if self.kept:
            self._lanes.leave(self._channel)

    def start(self, out: Outgoing, *, since: float) -> None:
        """Make the delivery here; it leaves the place when it is over."""
        self.kept = False
        self._spawn(self._run(out, since))

    async def _run(self, out: Outgoing, since: float) -> None:
        try:
            await self._send(out, since=since)
        finally:
            self._lanes.leave(self._channel)
