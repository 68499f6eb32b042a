"""Web pages: what their readers came for, without menus, scripts and what is hidden."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from bot.errors import BadRequest
from knowledge.cut import Block, Shape, pieces
from knowledge.documents import Loaded
from knowledge.formats.encoding import decode
from knowledge.formats.markup import told, written_list, written_table

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_BLOCK_NAMES: Final = """
    address article blockquote body center dd details div dl dt fieldset figcaption figure footer form h1 h2
    h3 h4 h5 h6 header hr html li main ol p pre section summary table tbody td tfoot th thead tr ul
"""
_BLOCKS: Final = frozenset(_BLOCK_NAMES.split())
_LEVELS: Final = {f"h{level}": level for level in range(1, 7)} | {"summary": 7}
_LISTS: Final = frozenset({"ul", "ol", "dl"})
_NO_ENTRY: Final = ".//table|.//h1|.//h2|.//h3|.//h4|.//h5|.//h6|.//details"
"""What a list or a table may hold only where it is there for the page's layout."""
_MAIN: Final = ("//main", "//*[@role='main']", "//article")
_CHARSET: Final = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([a-zA-Z0-9_-]{2,20})", re.IGNORECASE)
_LOOKED_AT: Final = 4096
_WIDER: Final = {"gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs"}
"""What pages call GB2312 or Big5 is more often the larger set."""


def read_html(data: bytes, source: str) -> Loaded:
    """Pieces below one heading each; places are lines. Raises BadRequest."""
    return pieces(blocks(decode_page(data, source), source, unit="line"), source)


def decode_page(data: bytes, source: str) -> str:
    """As the page says it is encoded, where its bytes agree. Raises BadRequest."""
    if not data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        declared = _CHARSET.search(data[:_LOOKED_AT])
        name = declared[1].decode().lower() if declared else ""
        for encoding in ("utf-8-sig", _WIDER.get(name, name)):
            try:
                return data.decode(encoding)
            except (UnicodeDecodeError, LookupError):
                continue
    return decode(data, source)


def blocks(page: str, source: str, *, unit: str) -> Iterator[Block]:
    """What a page tells, in its order. The unit "line" counts lines of the page, any other its blocks.

    Raises BadRequest.
    """
    root = _parsed(page)
    if root is None:
        return
    main = _main(root)
    title = told(found[0]) if (found := root.xpath("//title")) else ""
    walk = _Walk("" if main.xpath(".//h1") else title)
    try:
        for number, (element, text, shape, path) in enumerate(walk.below(main), 1):
            yield Block(text, unit, element.sourceline or 1 if unit == "line" else number, path, shape)
    except RecursionError:
        raise BadRequest(f"{source}: is nested too deep; save it again, or as text") from None


def text_of(fragment: str) -> str:
    """What a piece of HTML shows, without its marks."""
    return "\n".join(block.text for block in blocks(fragment, "", unit="block"))


def _parsed(page: str) -> HtmlElement | None:
    from lxml import etree, html

    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    try:
        return html.document_fromstring(page.replace("\x00", " ").encode(errors="ignore"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError):  # nothing in it
        return None


def _main(root: HtmlElement) -> HtmlElement:
    """The one part that a page says is its own, else all of it."""
    for where in _MAIN:
        found = root.xpath(where)
        if len(found) == 1 and told(found[0]):
            return found[0]
    return root


_Told = tuple["HtmlElement", str, Shape, tuple[str, ...]]


class _Walk:
    """Through a page from its top, keeping the headings above."""

    def __init__(self, title: str) -> None:
        self._path: list[tuple[int, str]] = [(0, title)] if title else []

    def below(self, element: HtmlElement) -> Iterator[_Told]:
        """The blocks inside an element. Text between them is a paragraph."""
        run, start = [told(element, own=True)], element
        for child in element:
            if self._is_inline(child):
                run.append(told(child))
            else:
                yield from self._paragraph(start, run)
                run, start = [], child
                yield from self._block(child)
            run.append(told(child, tail=True))
        yield from self._paragraph(start, run)

    def _block(self, element: HtmlElement) -> Iterator[_Told]:
        if _is_hidden(element):
            return
        tag = element.tag
        if tag in _LEVELS:
            self._head(_LEVELS[tag], told(element).replace("\n", " ").strip())
        elif tag in _LISTS and not element.xpath(_NO_ENTRY):
            yield element, written_list(element), Shape.LIST, self._headings()
        elif tag == "table" and not element.xpath(_NO_ENTRY) and (table := written_table(element)):
            yield element, table, Shape.TABLE, self._headings()
        elif tag == "pre":
            yield element, element.text_content().strip("\n"), Shape.TEXT, self._headings()
        else:
            yield from self.below(element)
            if tag == "details":
                self._path = [above for above in self._path if above[0] < _LEVELS["summary"]]

    def _paragraph(self, element: HtmlElement, run: list[str]) -> Iterator[_Told]:
        text = "\n".join(line.strip() for line in "".join(run).split("\n")).strip()
        if text:
            yield element, text, Shape.TEXT, self._headings()

    def _head(self, level: int, title: str) -> None:
        if title:
            self._path = [*(above for above in self._path if above[0] < level), (level, title)]

    def _headings(self) -> tuple[str, ...]:
        return tuple(title for _, title in self._path)

    def _is_inline(self, element: HtmlElement) -> bool:
        if element.tag in _BLOCKS:
            return False
        return not any(inner.tag in _BLOCKS for inner in element.iterdescendants())


def _is_hidden(element: HtmlElement) -> bool:
    """A banner is what stands above the page and does not name it."""
    if element.tag == "header" and element.getparent().tag == "body":
        return not element.xpath(".//h1")
    return not told(element)
