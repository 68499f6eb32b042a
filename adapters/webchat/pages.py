"""The sample page, the widget and their files, read once at start."""

from __future__ import annotations

import hashlib
import html
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from aiohttp import web

from adapters.webchat.bundle import bundle
from bot.errors import NotFound
from bot.settings import TenantSettings

Describe = Callable[[str], Awaitable[dict[str, object]]]
"""What a channel's page shows of its shop (`described`). Asked often, so cheap."""

_NAMELESS: Final = "示例店铺"
"""A shop without a `title`."""
_STATIC: Final = Path(__file__).parent / "static"
_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
_SAFETY: Final = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "strict-origin-when-cross-origin"}
_PAGE: Final = {
    **_SAFETY,
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    ),
    "Cache-Control": "no-cache",
}
_FILE: Final = {**_SAFETY, "Cache-Control": "public, max-age=300"}
_SHARED: Final = {**_FILE, "Cross-Origin-Resource-Policy": "cross-origin"}
"""For what other sites load: the widget."""


@dataclass(frozen=True, slots=True)
class _File:
    body: bytes
    content_type: str
    headers: dict[str, str]
    etag: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "etag", hashlib.sha256(self.body).hexdigest()[:16])

    def answer(self, request: web.Request) -> web.Response:
        """The file, or 304 when the browser has it."""
        known = any(tag.value in (self.etag, "*") for tag in request.if_none_match or ())
        headers = {**self.headers, "Content-Type": self.content_type}
        response = web.Response(status=304) if known else web.Response(body=self.body)
        response.headers.update(headers)
        response.etag = self.etag
        return response


class Pages:
    """`GET /`, `GET /widget.js` and `GET /static/{name}`."""

    def __init__(self, channels: Sequence[str], describe: Describe) -> None:
        self._channels = channels
        self._describe = describe
        self._sample = _text("index.html")
        self._widget = _File(bundle(_STATIC / "widget").encode(), _TYPES[".js"], _SHARED)
        self._files = {
            path.name: _File(path.read_bytes(), _TYPES[path.suffix], _FILE)
            for path in _STATIC.iterdir()
            if path.suffix in (".css", ".svg")
        }

    def add_to(self, app: web.Application) -> None:
        """Add the routes."""
        app.router.add_get("/", self.page)
        app.router.add_get("/widget.js", self.widget)
        app.router.add_get("/static/{name}", self.file)

    async def page(self, request: web.Request) -> web.Response:
        """A sample page under the shop's name, with the chat of `?channel=name`, by default the first.

        Raises NotFound.
        """
        if not self._channels:
            return _page(_text("empty.html")).answer(request)
        channel = request.query.get("channel", self._channels[0])
        if channel not in self._channels:
            raise NotFound("there is no web chat of this name")
        shop = str((await self._describe(channel))["title"] or _NAMELESS)
        page = self._sample.replace("{{channel}}", html.escape(channel))
        return _page(page.replace("{{shop}}", html.escape(shop))).answer(request)

    async def widget(self, request: web.Request) -> web.Response:
        """The one script that a shop puts on its page."""
        return self._widget.answer(request)

    async def file(self, request: web.Request) -> web.Response:
        """A style sheet or a picture. Raises NotFound."""
        file = self._files.get(request.match_info["name"])
        if file is None:
            raise NotFound("there is no such file")
        return file.answer(request)


def described(shop: TenantSettings, mode: str) -> dict[str, object]:
    """The data of a `status` event: what is shown before anything was said."""
    return {
        "mode": mode,
        "title": shop.title,
        "greeting": shop.greeting,
        "suggestions": list(shop.suggestions),
        "people": shop.people is not None,
    }


def _page(text: str) -> _File:
    return _File(text.encode(), _TYPES[".html"], _PAGE)


def _text(name: str) -> str:
    return (_STATIC / name).read_text(encoding="utf-8")
