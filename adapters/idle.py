"""Connections that bring no request: closed, so that they can't use up the door's file descriptors.

aiohttp closes a connection that idles between requests, and whoever reads a body bounds it (`adapters.http`,
and longer `adapters.webchat.pictures`); this is for the head of the first request.
"""

from __future__ import annotations

import asyncio
import resource
import time
from collections.abc import Awaitable, Callable
from typing import Final

import structlog
from aiohttp import web

from adapters import metrics

log = structlog.get_logger()

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

HEAD_S: Final = 10.0
"""Seconds from connecting to a whole request head."""
KEEP_ALIVE_S: Final = 30.0
_LOOK_S: Final = 1.0


class IdleConnections:
    """Knows which connections of a server brought a request."""

    def __init__(self, *, head_s: float = HEAD_S) -> None:
        self._head_s = head_s
        self._silent_since: dict[object, float] = {}
        self._heard: set[object] = set()

    @web.middleware
    async def hear(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """For `app.middlewares`: this connection brought a whole head, however long its body takes."""
        self._heard.add(request.protocol)
        return await handler(request)

    async def watch(self, server: web.Server) -> None:
        """For ever: close those that stay silent."""
        while True:
            await asyncio.sleep(_LOOK_S)
            self.look(server, time.monotonic())

    def look(self, server: web.Server, now: float) -> None:
        """Close what has been silent for too long at `now` (monotonic seconds)."""
        present = set(server.connections)
        self._heard &= present
        silent = present - self._heard
        self._silent_since = {one: self._silent_since.get(one, now) for one in silent}
        late = [one for one in silent if now - self._silent_since[one] > self._head_s]
        for connection in late:
            connection.force_close()
        if late:
            metrics.IDLE_CLOSED.inc(len(late))
            log.warning("silent_connections_closed", number=len(late))


def allow_many_files() -> None:
    """As many open connections as the system lets us have."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
