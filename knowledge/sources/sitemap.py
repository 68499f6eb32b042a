"""The pages that a site lists (sitemaps.org), as far as its robots.txt lets us (RFC 9309)."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator
from typing import Final
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from protego import Protego
from yarl import URL

from bot.errors import Refused, Unavailable
from knowledge.formats.encoding import decode
from knowledge.sources.fetch import AGENT, Visitor

_MOST_BYTES: Final = 10 * 1024 * 1024
"""Of a sitemap; its standard allows 50 MB."""
_ROBOTS_BYTES: Final = 512 * 1024
_SITEMAPS: Final = 50
_GZIP: Final = b"\x1f\x8b"
_GZIP_WINDOW: Final = 31


class Robots:
    """What each host's robots.txt says, read once."""

    def __init__(self, visitor: Visitor) -> None:
        self._visitor = visitor
        self._rules: dict[URL, Protego | Unavailable] = {}

    async def allow(self, url: URL) -> bool:
        """Raises Unavailable where there is no knowing: the standard has us stay away then."""
        return bool((await self._of(url)).can_fetch(str(url), AGENT))

    async def pause(self, url: URL) -> float:
        """Seconds that the host wants between two visits."""
        return float((await self._of(url)).crawl_delay(AGENT) or 0.0)

    async def _of(self, url: URL) -> Protego:
        origin = url.origin()
        if origin not in self._rules:
            self._rules[origin] = await self._read(origin)
        rules = self._rules[origin]
        if isinstance(rules, Unavailable):
            raise rules
        return rules

    async def _read(self, origin: URL) -> Protego | Unavailable:
        """A site without one keeps nobody off."""
        try:
            fetched = await self._visitor.get(origin / "robots.txt", most=_ROBOTS_BYTES)
        except Unavailable as error:
            return Unavailable(f"robots.txt {error}")
        return Protego.parse(fetched.data.decode("utf-8", "replace"))


async def pages(visitor: Visitor, sitemap: URL) -> AsyncIterator[URL]:
    """The addresses in a sitemap and in those that it names. Raises Unavailable and Refused."""
    waiting, seen = [sitemap], {sitemap}
    listed: set[URL] = set()
    while waiting:
        root = await _sitemap(visitor, waiting.pop(0))
        for url in _addresses(root):
            if _name(root) == "sitemapindex":
                if url not in seen and len(seen) < _SITEMAPS and visitor.may_visit(url):
                    seen.add(url)
                    waiting.append(url)
            elif url not in listed:
                listed.add(url)
                yield url


async def _sitemap(visitor: Visitor, url: URL) -> Element:
    fetched = await visitor.get(url, most=_MOST_BYTES)
    if fetched.status != 200:
        raise Refused(f"the sitemap {url} was answered with HTTP {fetched.status}")
    try:
        root: Element = fromstring(decode(_unpacked(fetched.data), str(url)), forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, zlib.error) as error:
        raise Refused(f"the sitemap {url} is no valid XML") from error
    return root


def _unpacked(data: bytes) -> bytes:
    if not data.startswith(_GZIP):
        return data
    unpacker = zlib.decompressobj(_GZIP_WINDOW)
    unpacked = unpacker.decompress(data, _MOST_BYTES)
    if unpacker.unconsumed_tail:
        raise Refused(f"the sitemap unpacks to more than {_MOST_BYTES >> 20} MB")
    return unpacked


def _addresses(root: Element) -> list[URL]:
    found = []
    for entry in root:
        for element in entry:
            if _name(element) == "loc" and element.text:
                try:
                    url = URL(element.text.strip())
                except ValueError:
                    continue
                if url.absolute:
                    found.append(url.with_fragment(None))
    return found


def _name(element: Element) -> str:
    """Without its namespace, which not every site writes."""
    return str(element.tag).rpartition("}")[2]
