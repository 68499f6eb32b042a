"""How many requests may be under way at once: event streams, and pictures on their way in."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from contextlib import contextmanager

from aiohttp import web

from bot.errors import TooMany


class Places:
    """`most` at once for each key."""

    def __init__(self, most: int, what: str) -> None:
        self._most = most
        self._what = what
        self._taken: dict[Hashable, list[web.Request]] = {}

    @contextmanager
    def hold(self, key: Hashable, request: web.Request) -> Iterator[None]:
        """Count the request while it lasts. Raises TooMany."""
        taken = self._taken.setdefault(key, [])
        # A page that reloads leaves a dead request behind, noticed only at its next sign of life.
        if sum(not is_gone(other) for other in taken) >= self._most:
            raise TooMany(f"too many {self._what} at once")
        taken.append(request)
        try:
            yield
        finally:
            taken[:] = [other for other in taken if other is not request]
            if not taken:
                self._taken.pop(key, None)

    def __len__(self) -> int:
        return sum(map(len, self._taken.values()))


def is_gone(request: web.Request) -> bool:
    """True when the caller hung up."""
    transport = request.transport
    return transport is None or transport.is_closing()
