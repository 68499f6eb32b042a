"""Headers, callers and waits: what the routes of the web chat have in common."""

from __future__ import annotations

import math
from collections.abc import Mapping
from ipaddress import IPv6Address, ip_address
from typing import Final

from aiohttp import web

from bot.errors import TooMany

_IPV6_SITE_BITS: Final = 64

EXTRA_HEADERS: Final = web.RequestKey("webchat_extra_headers", dict[str, str])
"""What the answer shall carry besides its own, also when it is an error that the server words."""


def add_headers(request: web.Request, headers: Mapping[str, str]) -> None:
    """Put headers on whatever answers this request."""
    request.setdefault(EXTRA_HEADERS, {}).update(headers)


async def apply_headers(request: web.Request, response: web.StreamResponse) -> None:
    """For `app.on_response_prepare`: where `add_headers` takes effect."""
    response.headers.update(request.get(EXTRA_HEADERS, {}))


def slow_down(request: web.Request, wait: float, what: str) -> None:
    """Do nothing when `wait` is 0; else raise TooMany with a Retry-After of that many seconds."""
    if wait:
        add_headers(request, {"Retry-After": str(math.ceil(wait))})
        raise TooMany(f"too many {what}; wait a little")


def caller(request: web.Request) -> str:
    """Whose address to count: the last hop that a proxy of our own network saw, else the peer itself.

    A peer on a public address is no proxy of ours, so what it claims in X-Forwarded-For is not believed.
    """
    peer = request.remote or ""
    claimed = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    return (_site(claimed) or peer) if _is_ours(peer) else _site(peer)


def _is_ours(peer: str) -> bool:
    try:
        return not ip_address(peer).is_global  # also the carriers' and clouds' own 100.64.0.0/10
    except ValueError:
        return True  # a Unix socket has no address


def _site(address: str) -> str:
    """The address; of IPv6 the network, since one household has 2^64 addresses. Empty when it is none."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return ""
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is None:
        return str(IPv6Address(int(parsed) >> _IPV6_SITE_BITS << _IPV6_SITE_BITS))
    return str(parsed)
