"""Calling a shop's own server: bounded in time and size, and nowhere else than configured."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

import aiohttp
from yarl import URL

from bot.errors import BadRequest, Busy, Refused, Unavailable, Unusable
from bot.settings import ToolSettings
from bot.settings.tools import PLACE
from bot.tools.tool import Caller

_WRONG_ARGUMENTS: Final = (400, 422)
_NONE: Final = (403, 404, 410)
"""It is not there, or not this customer's: nobody is told which."""
_LATER: Final = (408, 409, 425)
_ELSEWHERE: Final = re.compile(r"\.\.?|.*[/\\].*", re.DOTALL)
"""As a step of a path: there are servers that read %2F as /, and would go up by it."""


class HttpExecutor:
    """`bot.tools.tool.Executor` over HTTP. Redirects are not followed: secrets would travel along."""

    def __init__(self, settings: ToolSettings) -> None:
        self._settings = settings
        self._in_url = frozenset(PLACE.findall(settings.url))
        self._in_path = frozenset(PLACE.findall(settings.url.partition("?")[0]))
        self._session: aiohttp.ClientSession | None = None

    async def run(self, arguments: Mapping[str, Any], caller: Caller, *, key: str, timeout: float) -> Any:
        """The JSON of the answer; None: there is none. Raises BadRequest, Unavailable or Refused."""
        rest = {name: value for name, value in arguments.items() if name not in self._in_url}
        in_body = self._settings.method != "GET"
        try:
            async with self._pool().request(
                self._settings.method,
                self._url(arguments),
                params=None if in_body else {name: _text(value) for name, value in rest.items()},
                data=_encode(rest) if in_body else None,
                headers=self._headers(caller, key, in_body=in_body),
                timeout=aiohttp.ClientTimeout(total=timeout),
                allow_redirects=False,
            ) as response:
                return _judged(response.status, await self._read(response))
        except TimeoutError:
            raise Unavailable(f"the tool gave no answer within {timeout:.1f} s") from None
        except aiohttp.ClientError as error:
            raise Unavailable(f"the tool can't be reached ({type(error).__name__})") from None

    async def close(self) -> None:
        """A later call opens new connections."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    def _pool(self) -> aiohttp.ClientSession:
        """Made at the first call, as it belongs to the event loop that runs then."""
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
        return self._session

    def _url(self, arguments: Mapping[str, Any]) -> URL:
        texts = {name: _text(arguments[name]) for name in self._in_url}
        if not all(text.strip() for text in texts.values()):
            raise BadRequest("an argument of the address can't be empty")  # it would name the whole list
        if any(_ELSEWHERE.fullmatch(texts[name]) for name in self._in_path):
            raise BadRequest("an argument of the path can't be . or .., and holds no / or \\")
        filled = PLACE.sub(lambda place: quote(texts[place[1]], safe=""), self._settings.url)
        return URL(filled, encoded=True)

    def _headers(self, caller: Caller, key: str, *, in_body: bool) -> dict[str, str]:
        """Who asks stands in headers of ours, which no argument can reach."""
        own = {name: secret.get_secret_value() for name, secret in self._settings.headers.items()}
        ours = {"X-Kefu-Tenant": caller.conversation.tenant, "X-Kefu-Channel": caller.conversation.channel}
        if caller.id:
            ours["X-Kefu-Customer"] = quote(caller.id, safe="@._-")
        if in_body:
            ours |= {"Content-Type": "application/json; charset=utf-8", "Idempotency-Key": key}
        return {"Accept": "application/json", **own, **ours}

    async def _read(self, response: aiohttp.ClientResponse) -> bytes:
        content = bytearray()
        async for chunk in response.content.iter_any():
            content += chunk
            if len(content) > self._settings.max_bytes:
                raise Unusable("the tool's answer is over its max_bytes")
        return bytes(content)


def _judged(status: int, content: bytes) -> Any:
    """Who acts next: the model with other arguments, we later, or the operator."""
    if status in _NONE:
        return None
    if status in _WRONG_ARGUMENTS:
        raise BadRequest("the shop's server takes no such arguments")
    if status == 429:
        raise Busy("the tool answered HTTP 429")
    if status >= 500 or status in _LATER:
        raise Unavailable(f"the tool answered HTTP {status}")
    if not 200 <= status < 300:
        raise Refused(f"the tool answered HTTP {status}")
    try:
        return json.loads(content) if content.strip() else None
    except (ValueError, RecursionError):
        raise Unusable("the tool answered with something else than JSON") from None


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _encode(body: Mapping[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode(errors="replace")
