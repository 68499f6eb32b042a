"""The one bridge between Celery's threads and the process's event loop."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Coroutine
from concurrent.futures import Future
from typing import Any, Final, Self, TypeVar

import structlog

from bot.errors import Unavailable
from bot.waiting import end

T = TypeVar("T")

log = structlog.get_logger()

_LOOK_S: Final = 0.02


class LoopThread:
    """An event loop in a thread of its own; other threads hand it coroutines."""

    def __init__(self) -> None:
        self._loop = _new_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="loop", daemon=True)
        self._open: set[Future[Any]] = set()
        self._spawned: set[asyncio.Task[None]] = set()

    def start(self) -> Self:
        """Start turning."""
        self._thread.start()
        return self

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Wait in this thread until the coroutine is done. Raises what it raises, CancelledError included."""
        return self._hand_over(work).result()

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Let it run; its own errors are its own business, but none goes unseen."""
        if threading.current_thread() is self._thread:
            self._begin(work)
        else:
            self._loop.call_soon_threadsafe(self._begin, work)

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = self._loop.create_task(work)
        self._spawned.add(task)
        task.add_done_callback(self._ended)

    def wait_idle(self, seconds: float) -> None:
        """Return once nothing is in work, in `seconds` at most: also what was started meanwhile."""
        until = time.monotonic() + seconds
        while self.busy and time.monotonic() < until:
            time.sleep(_LOOK_S)

    def cancel_all(self) -> None:
        """Cancel whatever was handed over and is not done: each gives its lease back on the way out."""
        for future in list(self._open):
            future.cancel()
        self._loop.call_soon_threadsafe(self._cancel_spawned)

    @property
    def busy(self) -> int:
        """How many coroutines are in work."""
        return len(self._open) + len(self._spawned)

    def stop(self) -> None:
        """Stop turning, after the coroutines at hand had their last word."""
        asyncio.run_coroutine_threadsafe(_settle(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _hand_over(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        self._open.add(future)
        future.add_done_callback(self._open.discard)
        return future

    def _cancel_spawned(self) -> None:
        for task in list(self._spawned):
            task.cancel()

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._spawned.discard(task)
        error = None if task.cancelled() else task.exception()
        if isinstance(
            error, Unavailable
        ):  # each delivery says so while the store is away; the sweeper knows them all
            log.warning("background_work_put_off", reason=str(error))
        elif error:
            log.error("background_work_failed", exc_info=error)


def _new_loop() -> asyncio.AbstractEventLoop:
    try:
        import uvloop
    except ImportError:  # not built for this platform
        return asyncio.new_event_loop()
    loop: asyncio.AbstractEventLoop = uvloop.new_event_loop()
    return loop


async def _settle() -> None:
    """Cancel what is left, and wait until it has ended."""
    await end({task for task in asyncio.all_tasks() if task is not asyncio.current_task()})
