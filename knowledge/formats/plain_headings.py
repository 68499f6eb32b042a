"""Headings of Word documents whose writers made none: a short line in bold, or with a number such as 一、."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from knowledge.formats.prose import heading_level

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_STYLED: Final = frozenset({"h2", "h3", "h4", "h5", "h6"})
_LONGEST: Final = 30
_ENDS: Final = "。！？；，、：…!?;,:"
_TITLE: Final = 1
_FIRST_NUMBERED: Final = 2
_BOLD: Final = 6
"""Below all that is numbered."""


def with_headings(page: str) -> str:
    """The HTML of a document; as it is where its writer used Word's own headings."""
    from lxml import html

    if not page.strip():
        return page
    root = html.fragment_fromstring(page, create_parent="div")
    blocks = [block for block in root if block.text_content().strip()]
    if any(block.tag in _STYLED for block in blocks):
        return page
    levels = [_level(block, is_first=block is blocks[0]) for block in blocks]
    for place, (block, level) in enumerate(zip(blocks, levels, strict=True)):
        if level is not None and _heads(levels, place):
            _head(block, level)
    return str(html.tostring(root, encoding="unicode"))


def _level(block: HtmlElement, *, is_first: bool) -> int | None:
    if block.tag == "h1":
        return _TITLE
    text = block.text_content().strip()
    if not _is_line(block) or not text or len(text) > _LONGEST or text[-1] in _ENDS:
        return None
    numbered = heading_level(text)
    if numbered is not None and block.tag == "p":
        return _FIRST_NUMBERED + numbered
    is_bold = "".join("".join(part.itertext()) for part in block.iter("strong")).strip() == text
    return (_TITLE if is_first else _BOLD) if is_bold else None


def _is_line(block: HtmlElement) -> bool:
    """A paragraph of one line; or a list of one entry, as Word makes of a heading that it numbers itself."""
    if block.tag in ("ol", "ul"):
        return len(block) == 1 and not block.xpath(".//ol|.//ul")
    return block.tag == "p" and block.find(".//br") is None


def _heads(levels: Sequence[int | None], place: int) -> bool:
    """False at the end, and in front of another one that stands no lower: nothing is below it."""
    own, following = levels[place], levels[place + 1 : place + 2]
    return bool(following) and (following[0] is None or (own is not None and own < following[0]))


def _head(block: HtmlElement, level: int) -> None:
    text = block.text_content().strip()
    for child in list(block):
        block.remove(child)
    block.tag, block.text = f"h{level}", text
