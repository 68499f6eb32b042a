"""Lets as many turns begin as keep the model servers busy; the others wait with nothing in their hands.

A turn that has begun has a lease and a deadline. One that waits here has neither: what its customer writes
meanwhile joins it, and another worker may take it.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable


class Gate:
    """`async with gate:` around a turn. First come, first in."""

    def __init__(self, most: Callable[[], int]) -> None:
        """`most`: turns that may be inside now."""
        self._most = most
        self._inside = 0
        self._waiting: deque[asyncio.Future[None]] = deque()

    async def __aenter__(self) -> None:
        if not self._waiting and self._inside < self._most():
            self._inside += 1
            return
        mine: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(mine)
        try:
            await mine
        except asyncio.CancelledError:
            if not mine.cancelled():  # let in, in the very moment
                self._inside -= 1
            self.move()
            raise

    async def __aexit__(self, *_: object) -> None:
        self._inside -= 1
        self.move()

    def move(self) -> None:
        """Let in whoever may come in: somebody left, or there is more room than there was."""
        while self._waiting and self._inside < self._most():
            first = self._waiting.popleft()
            if not first.done():
                self._inside += 1
                first.set_result(None)
