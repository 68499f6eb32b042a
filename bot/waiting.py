"""Waiting, but not for ever."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from typing import Any, Final

import structlog

log = structlog.get_logger()

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
