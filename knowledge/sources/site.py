"""The shop's own site: the pages of its sitemap, one after the other."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from yarl import URL

from bot.errors import KefuError, Refused, Unavailable
from bot.settings.sources import SiteSettings
from knowledge.apart import Apart
from knowledge.documents import Loaded
from knowledge.fold import fold
from knowledge.formats import limits
from knowledge.kinds import BY_ENDING
from knowledge.sources.fetch import Visitor
from knowledge.sources.sitemap import Robots, pages

PAGE_BYTES: Final = 2 * 1024 * 1024
PAUSE_S: Final = 0.1
"""Between two pages: a shop's site has customers to serve."""
_MOST_FAILED: Final = 5
_LONGEST_PAUSE_S: Final = 10.0
_PAGE: Final = BY_ENDING[".html"]
_PAGE_TYPES: Final = ("text/html", "application/xhtml+xml")
_GONE: Final = (404, 410)


async def read_site(
    site: SiteSettings, *, on_page: Callable[[], None], visitor: Visitor | None = None
) -> Loaded:
    """Every page that may be read. One that can't be reached now is named, and keeps what it gave before.

    Raises Unavailable and Refused when the site as a whole can't be read.
    """
    async with visitor or Visitor(site.sitemap, site.hosts) as own:
        with Apart() as apart:
            return fold(await _Reading(site, own, apart).all(on_page))


class _Reading:
    def __init__(self, site: SiteSettings, visitor: Visitor, apart: Apart) -> None:
        self._site = site
        self._visitor = visitor
        self._apart = apart
        self._robots = Robots(visitor)
        self._not_allowed = 0
        self._failed_in_a_row = 0

    async def all(self, on_page: Callable[[], None]) -> Loaded:
        """Raises Unavailable and Refused."""
        loaded, read, until = Loaded(()), 0, time.monotonic() + limits.IN_ALL_S
        async for url in pages(self._visitor, URL(self._site.sitemap)):
            if not self._is_meant(url):
                continue
            if read >= self._site.pages or time.monotonic() > until:
                loaded += self._partly("has more pages than are read; raise pages, or write paths")
                break
            if self._failed_in_a_row >= _MOST_FAILED:
                loaded += self._partly("can't be reached any more; the rest was not tried")
                break
            read += 1
            loaded += await self._page(url)
            on_page()
        if self._not_allowed:
            why = "robots.txt keeps us off, or their host is not in hosts"
            loaded += Loaded((), (), (f"{self._site.name}: {self._not_allowed} pages were left out: {why}",))
        return loaded

    def _is_meant(self, url: URL) -> bool:
        if not self._visitor.may_visit(url):
            self._not_allowed += 1
            return False
        return not self._site.paths or any(url.path.startswith(path) for path in self._site.paths)

    async def _page(self, url: URL) -> Loaded:
        try:
            if not await self._robots.allow(url):
                self._not_allowed += 1
                return Loaded(())
            await asyncio.sleep(min(max(PAUSE_S, await self._robots.pause(url)), _LONGEST_PAUSE_S))
            fetched = await self._visitor.get(url, most=PAGE_BYTES)
        except Unavailable as error:
            self._failed_in_a_row += 1
            return self._partly(f"{url.path}: {error}")
        except Refused as error:
            return Loaded((), (f"{self._site.name}, {url.path}: {error}",))
        self._failed_in_a_row = 0
        if fetched.status != 200:
            note = f"{self._site.name}, {url.path}: was answered with HTTP {fetched.status}"
            return Loaded((), (), (note,)) if fetched.status in _GONE else Loaded((), (note,))
        if fetched.content_type not in _PAGE_TYPES:
            return Loaded((), (), (f"{self._site.name}, {url.path}: is no web page, and was passed over",))
        return await self._read(url, fetched.data)

    async def _read(self, url: URL, data: bytes) -> Loaded:
        try:
            loaded = await asyncio.to_thread(self._apart.read, _PAGE, data, url.path_qs)
        except KefuError as error:
            return Loaded((), (f"{self._site.name}, {error}",))
        items = (
            replace(item, source=self._site.name, place=f"{url.path_qs} {item.place}")
            for item in loaded.items
        )
        return replace(loaded, items=tuple(items))

    def _partly(self, told: str) -> Loaded:
        return Loaded((), (f"{self._site.name}, {told}",), is_whole=False)
