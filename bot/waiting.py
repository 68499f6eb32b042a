"""Waiting: for one another, and not for ever; and what is done again and again, with pauses."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Collection, Hashable
from typing import Any, Final, Generic, TypeVar

import structlog

from bot.errors import Unavailable

log = structlog.get_logger()

K = TypeVar("K", bound=Hashable)

_TRIES: Final = 20
_TRY_S: Final = 0.25


async def is_set_within(event: asyncio.Event, seconds: float) -> bool:
    """Wait until the event is set, `seconds` at most; whether it is."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return event.is_set()
    return True


async def end(tasks: Collection[asyncio.Task[Any]]) -> None:
    """Cancel tasks until they have ended, for some seconds at most.

    Once is not always enough: redis-py (8.1) can swallow a cancellation that meets a connection in trouble.
    """
    left = set(tasks)
    for _ in range(_TRIES):
        if not left:
            return
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=_TRY_S)
    log.warning("tasks_left_running", names=sorted(task.get_name() for task in left))


async def for_ever(do: Callable[[], Awaitable[None]], *, every: float, failing: str) -> None:
    """Do it with so many seconds in between; run it as a task. What it raises is logged as `failing`."""
    while True:
        try:
            await do()
        except Unavailable as error:
            log.warning(failing, reason=str(error))
        except Exception:  # a bug in one round must not be the silent end of all others
            log.exception(failing)
        await asyncio.sleep(every)


class InTurn(Generic[K]):
    """Those who want the same come one after the other, first come, first served.

    Whoever is alone, as nearly everybody is, pays a look into a dict: a lock for each costs ten times that.
    """

    def __init__(self) -> None:
        self._behind: dict[K, deque[asyncio.Future[None]]] = {}
        """Who waits, for each that somebody has now."""

    async def enter(self, wanted: K) -> None:
        """Wait until nobody has it; `leave` it again in any case."""
        behind = self._behind.get(wanted)
        if behind is None:
            self._behind[wanted] = deque()
            return
        mine: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        behind.append(mine)
        try:
            await mine
        except asyncio.CancelledError:
            if not mine.cancelled():  # it was given to us in the very moment
                self.leave(wanted)
            raise

    def leave(self, wanted: K) -> None:
        """The next one has it, if anybody waits."""
        behind = self._behind[wanted]
        while behind:
            first = behind.popleft()
            if not first.done():
                first.set_result(None)
                return
        del self._behind[wanted]
