"""A wary visitor's GET: to the address that the operator wrote, wherever that is, and beyond it only to hosts
that are allowed and are on the internet."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Self

import aiohttp
from aiohttp.abc import AbstractResolver
from yarl import URL

from bot.errors import Refused, Unavailable
from bot.public import NotPublic, public_socket

AGENT: Final = "KefuBot"
"""By which a site's robots.txt may name us."""
_TIMEOUT_S: Final = 20.0
_REDIRECTS: Final = 5
_MOVED: Final = frozenset({301, 302, 303, 307, 308})
_LATER: Final = frozenset({408, 425, 429})
_MAX_URL: Final = 2048
_PORTS: Final = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer, its redirects followed. `data` is empty unless the status is 200."""

    url: URL
    status: int
    data: bytes
    content_type: str


class Visitor:
    """Fetches from one site or feed. Used as a context.

    The operator's own address may lead into a private network, as `model.base_url` may; so may a redirect to
    its origin. Any other must be at the usual port of a host on the list.
    """

    def __init__(
        self,
        origin: str,
        hosts: Sequence[str] = (),
        *,
        timeout: float = _TIMEOUT_S,
        resolver: AbstractResolver | None = None,
    ) -> None:
        """`resolver` is for tests, which have names of their own."""
        self._origin = URL(origin).origin()
        self._hosts = hosts
        self._timeout = timeout
        self._near = _session(aiohttp.TCPConnector(), timeout)
        wary = aiohttp.TCPConnector(resolver=resolver, socket_factory=public_socket)
        self._far = _session(wary, timeout)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._near.close()
        await self._far.close()

    def may_visit(self, url: URL) -> bool:
        """Whether a page's address is one that we call at all."""
        if len(str(url)) > _MAX_URL or url.scheme not in _PORTS or url.user is not None:
            return False
        if url.origin() == self._origin:
            return True
        return url.port == _PORTS[url.scheme] and any(_fits(url.host or "", host) for host in self._hosts)

    async def get(self, url: URL, *, most: int, headers: Mapping[str, str] | None = None) -> Fetched:
        """`most` bytes at most; `headers` go to the origin alone. Raises Unavailable and Refused."""
        try:
            for _ in range(1 + _REDIRECTS):
                if not self.may_visit(url):
                    raise Refused("leads to a host that is not allowed")
                near = url.origin() == self._origin
                session = self._near if near else self._far
                own = dict(headers or {}) if near else {}
                async with session.get(url, headers=own, allow_redirects=False) as response:
                    if response.status not in _MOVED:
                        return await _read(url, response, most)
                    url = url.join(URL(response.headers.get("Location", "")))
            raise Refused("leads from one address to the next")
        except TimeoutError:
            raise Unavailable(f"did not come within {self._timeout:g} s") from None
        except aiohttp.ClientConnectorError as error:
            if isinstance(error.os_error, NotPublic):
                raise Refused("leads to an address that is not public") from None
            raise Unavailable(f"can't be reached ({type(error).__name__})") from None
        except (aiohttp.ClientError, ValueError, asyncio.IncompleteReadError) as error:
            raise Unavailable(f"could not be fetched ({type(error).__name__})") from None


def _session(connector: aiohttp.TCPConnector, timeout: float) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        connector=connector,
        timeout=aiohttp.ClientTimeout(total=timeout),
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
        headers={"User-Agent": AGENT, "Accept-Encoding": "identity"},
    )


def _fits(host: str, pattern: str) -> bool:
    """`*.example.com` is any name below example.com."""
    return host.lower().endswith(pattern[1:]) if pattern.startswith("*.") else host.lower() == pattern


async def _read(url: URL, response: aiohttp.ClientResponse, most: int) -> Fetched:
    if response.status >= 500 or response.status in _LATER:
        raise Unavailable(f"was answered with HTTP {response.status}")
    if response.status != 200:
        return Fetched(url, response.status, b"", response.content_type)
    data = bytearray()
    async for chunk in response.content.iter_any():
        data += chunk
        if len(data) > most:
            raise Refused(f"is larger than {most >> 10} kB")
    return Fetched(url, response.status, bytes(data), response.content_type)
