"""The one bridge between Celery's threads and the process's event loop."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Coroutine
from concurrent.futures import CancelledError, Future, wait
from typing import Any, Self, TypeVar

import structlog

from bot.waiting import end

T = TypeVar("T")

log = structlog.get_logger()


class LoopThread:
    """An event loop in a thread of its own; other threads hand it coroutines."""

    def __init__(self) -> None:
        self._loop = _new_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="loop", daemon=True)
        self._open: set[Future[Any]] = set()

    def start(self) -> Self:
        """Start turning."""
        self._thread.start()
        return self

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Wait in this thread until the coroutine is done. Raises what it raises, CancelledError included."""
        return self._hand_over(work).result()

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Let it run; its own errors are its own business, but none goes unseen."""
        self._hand_over(work).add_done_callback(_log_failure)

    def wait_idle(self, seconds: float) -> None:
        """Return once nothing is in work, in `seconds` at most: also what was started meanwhile."""
        until = time.monotonic() + seconds
        while self._open and (left := until - time.monotonic()) > 0:
            wait(list(self._open), timeout=left)

    def cancel_all(self) -> None:
        """Cancel whatever was handed over and is not done: each gives its lease back on the way out."""
        for future in list(self._open):
            future.cancel()

    @property
    def busy(self) -> int:
        """How many coroutines are in work."""
        return len(self._open)

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


def _log_failure(future: Future[None]) -> None:
    try:
        error = future.exception()
    except CancelledError:
        return
    if error is not None:
        log.error("background_work_failed", exc_info=error)
