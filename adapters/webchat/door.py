"""Who may come to a web chat, and how often."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Final

from aiohttp import web

from adapters.webchat.channel import WebChatChannel
from adapters.webchat.http import caller, slow_down
from adapters.webchat.limits import RateLimit, SharedLimit
from adapters.webchat.origins import Origins
from adapters.webchat.places import Places
from bot.ports import Rates

_OPINIONS_PER_MINUTE: Final = 60
_STREAMS_PER_MINUTE: Final = 60
"""A page that reconnects takes two a minute when all fails; one visitor has a few pages."""
_PICTURES_AT_ONCE: Final = 32
"""On their way in, in this process: they are held in memory until they are whole."""
_PICTURES_AT_ONCE_OF_ONE: Final = 4


class Door:
    """A channel with its limits: each counts alone, so that nobody's pictures stop their words."""

    def __init__(self, channel: WebChatChannel, rates: Rates) -> None:
        settings = channel.settings

        def shared(what: str, limit: int) -> SharedLimit:
            return SharedLimit(f"{settings.name}:{what}", limit, rates, time.monotonic)

        self.channel = channel
        self.origins = Origins(settings.origins)
        self._requests = RateLimit(settings.requests_per_minute, time.monotonic)
        self._reconnects = RateLimit(_STREAMS_PER_MINUTE, time.monotonic)
        self._sessions = shared("sessions", settings.sessions_per_minute)
        self._of_a_visitor = {
            what: shared(what, limit)
            for what, limit in (
                ("messages", settings.messages_per_minute),
                ("pictures", settings.pictures_per_minute),
                ("opinions", _OPINIONS_PER_MINUTE),
            )
        }
        self._streams = Places(settings.streams_per_address, "event streams to this address")
        self._pictures = Places(_PICTURES_AT_ONCE, "pictures")
        self._pictures_of_one = Places(_PICTURES_AT_ONCE_OF_ONE, "pictures from this address")

    def enter(self, request: web.Request) -> None:
        """Any request. Raises OriginRefused and TooMany."""
        self.origins.check(request)
        slow_down(request, self._requests.take(caller(request)), "requests from this address")

    async def admit(self, request: web.Request, visitor: str, what: str) -> None:
        """What a visitor brings, who is known by now. Raises TooMany."""
        slow_down(request, await self._of_a_visitor[what].take(visitor), what)

    def admit_follower(self, request: web.Request, visitor: str) -> None:
        """A visitor who wants to hear. Raises TooMany."""
        slow_down(request, self._reconnects.take(visitor), "event streams")

    async def admit_stranger(self, request: web.Request) -> None:
        """Somebody who wants a session. Raises TooMany."""
        slow_down(request, await self._sessions.take(caller(request)), "new sessions from this address")

    def streaming(self, request: web.Request) -> AbstractContextManager[None]:
        """An event stream, while it is open. Raises TooMany."""
        return self._streams.hold(caller(request), request)

    @contextmanager
    def uploading(self, request: web.Request) -> Iterator[None]:
        """A picture, while it comes in. Raises TooMany."""
        with self._pictures_of_one.hold(caller(request), request), self._pictures.hold("all", request):
            yield
