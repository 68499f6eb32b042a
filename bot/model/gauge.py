"""Reads a near model server's load over HTTP, within a limit of time and of size."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

import aiohttp

from bot.errors import Unavailable
from bot.model.load import Load, parse

_AT_MOST_S: Final = 2.0
_AT_MOST_BYTES: Final = 1024 * 1024
"""vLLM's page has some 100 kB, most of it histograms."""
_NEAR: Final = (".local", ".internal", ".lan", ".svc")


class Gauge:
    """One server's `/metrics`."""

    def __init__(self, base_url: str) -> None:
        """`base_url` ends in the API's /v1; the metrics are beside it."""
        self._url = base_url.removesuffix("/v1") + "/metrics"
        self._session: aiohttp.ClientSession | None = None

    async def read(self) -> Load | None:
        """None when the server has nothing of the kind. Raises Unavailable when it can't be reached."""
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_AT_MOST_S))
        try:
            async with self._session.get(self._url, allow_redirects=False) as response:
                page = await _within(response.content, _AT_MOST_BYTES)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Unavailable(f"its metrics can't be read ({type(error).__name__})") from error
        if response.status != 200 or page is None:
            return None
        return parse(page.decode(errors="replace"))

    async def close(self) -> None:
        """Let go of the connection."""
        if self._session:
            await self._session.close()


async def _within(stream: aiohttp.StreamReader, most: int) -> bytes | None:
    """The whole of it; None where it is more."""
    parts: list[bytes] = []
    async for part in stream.iter_any():
        most -= len(part)
        if most < 0:
            return None
        parts.append(part)
    return b"".join(parts)


def is_near(base_url: str) -> bool:
    """On this machine, in this network or cluster: by its address or the form of its name."""
    host = urlsplit(base_url).hostname or ""
    try:
        address = ip_address(host)
    except ValueError:
        return "." not in host or host.endswith(_NEAR) or ".svc." in host
    return address.is_private or address.is_loopback
