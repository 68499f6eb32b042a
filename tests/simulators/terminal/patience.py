"""How long a script waits for each reply, and what whoever looks on is told meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from tests.simulators.record import Record

PAUSE_S: Final = 75.0
"""After an error of the platform's: the limits of all of them ask Kefu to wait a minute at most, and a bit."""
_TOLD_EVERY_S: Final = 15.0


class Patience:
    """`usual` seconds for a reply, and longer where Kefu was told to wait, unless it is `firm`."""

    def __init__(self, usual: float, *, firm: bool) -> None:
        self._usual = usual
        self._firm = firm
        self._since = 0.0
        self._until = 0.0

    @property
    def usual(self) -> float:
        """Seconds."""
        return self._usual

    @property
    def granted(self) -> float:
        """Seconds that the reply got in all."""
        return self._until - self._since

    @property
    def left(self) -> float:
        """Seconds, of those that it gets."""
        return self._until - asyncio.get_running_loop().time()

    def begin(self) -> None:
        """A reply is awaited from now on."""
        self._since = asyncio.get_running_loop().time()
        self._until = self._since + self._usual

    def grow(self) -> None:
        """Kefu met an error, and may wait before it tries again."""
        if not self._firm:
            self._until = max(self._until, asyncio.get_running_loop().time() + PAUSE_S + self._usual)

    async def wait(self, record: Record, receiver: str, count: int, tell: Callable[[str], None]) -> None:
        """Return when a receiver saw `count` messages. Raises TimeoutError."""
        while True:
            try:
                await record.wait(receiver, count, min(self.left, _TOLD_EVERY_S))
            except TimeoutError:
                if self.left <= 0:
                    raise
                tell(f"still waiting for the reply ({self.left:.0f} s more at most; Ctrl-C leaves)")
            else:
                return
