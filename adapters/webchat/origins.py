"""Which sites may embed the chat (CORS)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Final

from aiohttp import web

from adapters.webchat.http import add_headers
from bot.errors import Rejected

_PREFLIGHT: Final = {
    "Access-Control-Allow-Methods": "GET, POST",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, Last-Event-ID",
    "Access-Control-Max-Age": "7200",
}


class OriginRefused(Rejected):
    """The page that asks is on a site that may not embed this chat."""

    status: ClassVar[int] = 403
    name: ClassVar[str] = "origin_not_allowed"


class Origins:
    """The sites of one channel; none listed: any."""

    def __init__(self, allowed: Iterable[str]) -> None:
        self._allowed = frozenset(origin.rstrip("/").lower() for origin in allowed)

    def check(self, request: web.Request) -> None:
        """Let the asking page read our answer, errors too, or raise OriginRefused.

        A request without an Origin comes from no other site's page: what protects the visitor is the token.
        """
        origin = request.headers.get("Origin")
        if origin is None:
            return
        if not self._allows(origin, request.host):
            raise OriginRefused("this site may not embed the chat")
        # No cookie is involved, so where any site may ask, "*" says so.
        readers = {"Access-Control-Allow-Origin": origin if self._allowed else "*"}
        add_headers(request, {**readers, "Access-Control-Expose-Headers": "Retry-After", "Vary": "Origin"})

    def preflight(self, request: web.Request) -> web.Response:
        """The answer to OPTIONS. Raises OriginRefused."""
        self.check(request)
        return web.Response(status=204, headers=_PREFLIGHT)

    def _allows(self, origin: str, host: str) -> bool:
        # By host alone: behind a proxy that ends TLS we can't tell https from http.
        same_site = origin.isascii() and origin.rpartition("://")[2] == host
        return not self._allowed or same_site or origin.lower() in self._allowed
