"""Every call we make to a platform: JSON out, JSON in, bounded in time and size.

What went wrong is told by how far the request came, since a message that was perhaps sent must be
thought about before it is sent again:

    Unavailable
    ├── Unsent      surely not sent: no connection came about
    └── Unclear     perhaps sent: time ran out, the connection broke, or the answer made no sense
        └── Oversized   or was too large

No text of an error holds a path, a query or a body: that is where tokens and customers' words are.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

import aiohttp
from yarl import URL

from adapters.download import Downloads
from bot.errors import Unavailable

TIMEOUT_S: Final = 5.0
MAX_ANSWER_BYTES: Final = 1024 * 1024
_JSON: Final = {"Content-Type": "application/json; charset=utf-8"}


class Unsent(Unavailable):
    """The other side can't have seen the request."""


class Unclear(Unavailable):
    """The other side may have acted on the request; `status` is the HTTP status when one came."""

    def __init__(self, text: str, *, status: int | None = None) -> None:
        super().__init__(text)
        self.status = status


class Oversized(Unclear):
    """The answer is larger than we read: whoever can ask for less should."""


class Outbound:
    """One connection pool for all channels of a process. Whoever makes it closes it."""

    def __init__(self, *, timeout: float = TIMEOUT_S, max_bytes: int = MAX_ANSWER_BYTES) -> None:
        self._timeout = timeout
        self._max_bytes = max_bytes
        self._session: aiohttp.ClientSession | None = None
        self.downloads = Downloads()
        """For what is no JSON: the files that customers send."""

    async def json(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float | None = None,
    ) -> tuple[int, dict[str, Any]]:
        """The HTTP status and the JSON object of the answer. `timeout` is in seconds, for the whole call.

        Redirects are not followed: a platform has no reason for one, and a token would travel along.
        Raises Unsent or Unclear.
        """
        host, limit = _host(url), timeout or self._timeout
        data = None if body is None else _encode(body)
        try:
            async with self._pool().request(
                method,
                url,
                params=params,
                data=data,
                headers={**(_JSON if data else {}), **(headers or {})},
                timeout=aiohttp.ClientTimeout(total=limit),
                allow_redirects=False,
            ) as response:
                return response.status, _decode(host, response.status, await self._read(response))
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL) as error:
            raise Unsent(f"{host} can't be reached ({type(error).__name__})") from None
        except TimeoutError:
            raise Unclear(f"{host} gave no answer within {limit:g} s") from None
        except aiohttp.ClientError as error:
            raise Unclear(f"the connection to {host} broke ({type(error).__name__})") from None

    async def close(self) -> None:
        """Let go of the connections. A later call opens new ones."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()
        await self.downloads.close()

    def _pool(self) -> aiohttp.ClientSession:
        """Made at the first call, as it belongs to the event loop that runs then."""
        if self._session is None or self._session.closed:
            # aiohttp's hundred connections would be used up by one platform that hangs, and the others wait
            connector = aiohttp.TCPConnector(limit=0)
            self._session = aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())
        return self._session

    async def _read(self, response: aiohttp.ClientResponse) -> bytes:
        content = bytearray()
        async for chunk in response.content.iter_any():
            content += chunk
            if len(content) > self._max_bytes:
                raise Oversized("the answer is over the size limit", status=response.status)
        return bytes(content)


def _host(url: str) -> str:
    try:
        return URL(url).host or "the platform"
    except ValueError:
        return "the platform"


def _encode(body: Mapping[str, Any]) -> bytes:
    """UTF-8 as it is: some WeCom endpoints refuse `\\uXXXX`, or show it to the customer (error 40033)."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")


def _decode(host: str, status: int, content: bytes) -> dict[str, Any]:
    """DingTalk's page for a banned address is HTML; so are most proxies' errors."""
    try:
        answer = json.loads(content)
    except (ValueError, RecursionError):
        answer = None
    if not isinstance(answer, dict):
        raise Unclear(f"{host} answered HTTP {status} without a JSON object", status=status)
    return answer
