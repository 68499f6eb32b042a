"""Fetching what a customer sent: any bytes at all, from an address that perhaps a stranger chose.

    at        the platform's own API (`api_base`): as the operator wrote it, so it is trusted
    elsewhere an address in a message: http or https, on a host of the allow-list, at its usual port, and
              the machine that is really connected to has a public address

The last is looked at when the socket is made (`bot/public.py`). Redirects are followed by hand: each hop is
looked at like the first address. No text of an error holds an address: tokens are in there.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

import aiohttp
from aiohttp.abc import AbstractResolver
from yarl import URL

from bot.channel import Blob
from bot.errors import Refused, Unavailable
from bot.public import NotPublic, public_socket

TIMEOUT_S: Final = 20.0
"""For one file in all, redirects included."""
AT_ONCE: Final = 8
"""Files that a process fetches at a time: each may be as large as is allowed, and is held in memory."""
_REDIRECTS: Final = 3
_MAX_URL: Final = 4096
_PORTS: Final = {"http": 80, "https": 443}
_MOVED: Final = frozenset({301, 302, 303, 307, 308})
_LATER: Final = frozenset({408, 425, 429})
_NO_ADDRESS: Final = "the file's address is none that we call"
_HEADERS: Final = {"Accept-Encoding": "identity"}
"""So that a small answer can't become a large one in our hands."""

_PLAIN: Final = re.compile(r"[!-~]+")


@dataclass(frozen=True, slots=True)
class Hosts:
    """Where a file may come from."""

    patterns: Sequence[str]
    """Names, or `*.` and the end of a name."""
    api_base: str
    """The platform's own address. A simulator's is on this machine, and serves its files itself."""

    def check(self, url: URL, *, near: bool = True) -> None:
        """Raises Refused for an address that we don't call, whatever it resolves to.

        `near`: the platform itself named it, and no file's host in between.
        """
        if len(str(url)) > _MAX_URL or not url.absolute or url.scheme not in _PORTS:
            raise Refused(_NO_ADDRESS)
        if url.user is not None or url.password is not None:
            raise Refused("the file's address holds a name or a password")
        if near and self.is_near(url):
            return
        if not any(_fits(url.host or "", pattern) for pattern in self.patterns):
            raise Refused("the file is on a host that is not allowed; media_hosts lists those that are")
        if url.port != _PORTS[url.scheme]:
            raise Refused("the file is at a port that is not allowed")

    def is_near(self, url: URL) -> bool:
        """True for the platform's own API: all of its origin, as its paths for files are nowhere listed.

        That is no way in: a call brings nothing along that opens a door there (a GET, no cookie, no token but
        one that the address itself holds), what comes back goes through the sniffing of all files, and the
        origin is one that the operator wrote and that gets our secrets with every other call. Another host's
        redirect to it is not trusted: on the hosts of the allow-list anybody may rent room.
        """
        return url.origin() == URL(self.api_base).origin()


class Downloads:
    """Fetches files, a few at a time. Whoever makes it closes it."""

    def __init__(self, *, timeout: float = TIMEOUT_S, resolver: AbstractResolver | None = None) -> None:
        """`resolver` is for tests, which have names of their own."""
        self._timeout = timeout
        self._resolver = resolver
        self._room = asyncio.Semaphore(AT_ONCE)
        self._near: aiohttp.ClientSession | None = None
        self._far: aiohttp.ClientSession | None = None

    async def get(
        self, url: str, *, hosts: Hosts, most: int, params: Mapping[str, str] | None = None
    ) -> Blob:
        """The bytes at `url`, `most` of them at most. Raises Unavailable or Refused."""
        target = _parsed(url)
        if params:
            target = target.update_query(params)
        try:
            async with self._room, asyncio.timeout(self._timeout):
                return await self._follow(target, hosts, most)
        except TimeoutError:
            raise Unavailable(f"the file did not come within {self._timeout:g} s") from None
        except aiohttp.ClientConnectorError as error:
            if isinstance(error.os_error, NotPublic):
                raise Refused(str(error.os_error)) from None
            raise Unavailable(f"the file's host can't be reached ({type(error).__name__})") from None
        except aiohttp.InvalidURL:
            raise Refused(_NO_ADDRESS) from None
        except aiohttp.ClientError as error:
            raise Unavailable(f"the file could not be fetched ({type(error).__name__})") from None

    async def close(self) -> None:
        """Let go of the connections. A later call opens new ones."""
        sessions, self._near, self._far = (self._near, self._far), None, None
        for session in sessions:
            if session is not None:
                await session.close()

    async def _follow(self, url: URL, hosts: Hosts, most: int) -> Blob:
        near = True
        for _ in range(1 + _REDIRECTS):
            hosts.check(url, near=near)
            near = near and hosts.is_near(url)
            session = self._trusting() if near else self._wary()
            async with session.get(url, headers=_HEADERS, allow_redirects=False) as response:
                if response.status not in _MOVED:
                    return await _read(response, most)
                url = url.join(_parsed(response.headers.get("Location", "")))
        raise Refused("the file's address leads from one to the next")

    def _trusting(self) -> aiohttp.ClientSession:
        if self._near is None or self._near.closed:
            self._near = _session(aiohttp.TCPConnector())
        return self._near

    def _wary(self) -> aiohttp.ClientSession:
        if self._far is None or self._far.closed:
            connector = aiohttp.TCPConnector(resolver=self._resolver, socket_factory=public_socket)
            self._far = _session(connector)
        return self._far


def _session(connector: aiohttp.TCPConnector) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        connector=connector, cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False
    )


def _fits(host: str, pattern: str) -> bool:
    """`*.example.com` is any name below example.com."""
    if pattern.startswith("*."):
        return host.lower().endswith(pattern[1:])
    return host.lower() == pattern


def _parsed(url: str) -> URL:
    """As it is written: a signed address must not be quoted anew. Raises Refused."""
    try:
        if _PLAIN.fullmatch(url):
            parsed = URL(url, encoded=True)
            _ = parsed.port  # only now is it read, and may be none
            return parsed
    except ValueError:
        pass
    raise Refused(_NO_ADDRESS)


async def _read(response: aiohttp.ClientResponse, most: int) -> Blob:
    """Raises Refused as soon as it is known to be too big."""
    if response.status >= HTTPStatus.INTERNAL_SERVER_ERROR or response.status in _LATER:
        raise Unavailable(f"the file's host answered HTTP {response.status}")
    if response.status != HTTPStatus.OK:
        raise Refused(f"the file is gone: its host answered HTTP {response.status}")
    content = bytearray()
    if (response.content_length or 0) <= most:
        async for chunk in response.content.iter_any():
            content += chunk
            if len(content) > most:
                break
        else:
            return Blob(bytes(content), response.content_type)
    raise Refused(f"the file is larger than {most} bytes")
