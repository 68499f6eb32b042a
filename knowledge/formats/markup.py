"""What elements of a page show: running text, and lists and tables in Markdown's form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_NOT_TOLD_NAMES: Final = """
    script style noscript template nav footer aside iframe object embed svg math canvas audio video button
    select textarea input dialog head del s strike
"""
_NOT_TOLD: Final = frozenset(_NOT_TOLD_NAMES.split())
_HIDDEN: Final = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_ROLES: Final = frozenset({"navigation", "banner", "contentinfo", "search", "complementary", "dialog"})
_FRAME: Final = re.compile(
    "(?:(?:site|page|main|global|top|bottom)[-_]?)?(?:nav(?:bar|igation)?|footer|breadcrumbs?|pagination|copyright)"
    "|sidebar",
    re.IGNORECASE,
)
_APART: Final = frozenset(
    {"br", "p", "div", "li", "tr", "dt", "dd", "section", "article", "h1", "h2", "h3", "h4", "h5", "h6"}
)
_LISTS: Final = frozenset({"ul", "ol", "dl"})
_MOST_SPANNED: Final = 20
"""A page may claim any number."""
_WIDE: Final = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef"
_BROKEN: Final = re.compile(rf"(?<=[{_WIDE}])[ \t]*\n\s*(?=[{_WIDE}])")
"""A line that the page's writer broke: Chinese has no space there."""
_SPACES: Final = re.compile(r"[\s\u00a0\u3000]+")


def told(element: HtmlElement, *, own: bool = False, tail: bool = False) -> str:
    """The text of an element and all inside it; `own` only what stands before its first child, `tail` what
    follows it."""
    if tail:
        return flowing(element.tail)
    if own:
        return flowing(element.text)
    lines = "".join(_parts(element)).split("\n")
    return "\n".join(line.strip() for line in lines if line.strip()) or ("\n" if element.tag == "br" else "")


def written_list(element: HtmlElement, indent: str = "") -> str:
    """An entry a line, those of lists inside it indented."""
    return "\n".join(_entries(element, indent))


def written_table(element: HtmlElement) -> str:
    """A line a row, the first one its header; empty for one column, which is there for the layout."""
    rows = _spread(element)
    width = max(map(len, rows), default=0)
    if width < 2:
        return ""
    lines = [f"| {' | '.join([*row, *[''] * (width - len(row))])} |" for row in rows]
    return "\n".join([lines[0], "|" + " --- |" * width, *lines[1:]])


def is_told(element: HtmlElement) -> bool:
    """False for what a reader of the page does not see, or did not come for."""
    if element.tag in _NOT_TOLD or element.get("hidden") is not None or element.get("aria-hidden") == "true":
        return False
    return not _HIDDEN.search(element.get("style", "")) and not _is_frame(element)


def _is_frame(element: HtmlElement) -> bool:
    """True for what stands around each page of a site, as pages from before `nav` and `footer` say it: by a
    role (WAI-ARIA), or by a class or id that is just that: has-sidebar is often the whole page. What holds
    the page's own heading is none, whatever it is called."""
    names = f"{element.get('class', '')} {element.get('id', '')}".split()
    is_called_so = element.get("role") in _ROLES or any(map(_FRAME.fullmatch, names))
    return is_called_so and element.tag != "body" and element.find(".//h1") is None


def _parts(element: HtmlElement) -> Iterator[str]:
    if not is_told(element):
        return
    apart = "\n" if element.tag in _APART else ""
    yield apart + flowing(element.text)
    for child in element:
        yield from _parts(child)
        yield flowing(child.tail)
    if element.tag != "br":
        yield apart


def _entries(element: HtmlElement, indent: str) -> Iterator[str]:
    for entry in element:
        if not is_told(entry):
            continue
        inner = [child for child in entry.iterdescendants() if child.tag in _LISTS and _nearest(child, entry)]
        own = "".join(_without(entry, inner)).replace("\n", " ").strip()
        if own:
            yield indent + ("  " if entry.tag == "dd" else "- ") + own
        for child in inner:
            yield from _entries(child, indent + "  ")


def _nearest(inner: HtmlElement, entry: HtmlElement) -> bool:
    """True when no other list stands between the two."""
    return next(above for above in inner.iterancestors() if above is entry or above.tag in _LISTS) is entry


def _without(element: HtmlElement, left_out: list[HtmlElement]) -> Iterator[str]:
    if element in left_out or not is_told(element):
        return
    yield ("\n" if element.tag in _APART else "") + flowing(element.text)
    for child in element:
        yield from _without(child, left_out)
        yield flowing(child.tail)


def _spread(table: HtmlElement) -> list[list[str]]:
    """The cells by row; one that spans several stands in each."""
    rows: list[list[str]] = []
    below: dict[tuple[int, int], str] = {}
    for number, row in enumerate(table.iter("tr")):
        cells: list[str] = []
        for cell in row.iterchildren("td", "th"):
            while (number, len(cells)) in below:
                cells.append(below.pop((number, len(cells))))
            text = told(cell).replace("\n", " ").replace("|", "/")
            wide, high = _span(cell, "colspan"), _span(cell, "rowspan")
            below |= {
                (number + down, len(cells) + along): text for down in range(1, high) for along in range(wide)
            }
            cells += [text] * wide
        while (number, len(cells)) in below:
            cells.append(below.pop((number, len(cells))))
        if any(cells):
            rows.append(cells)
    return rows


def _span(cell: HtmlElement, name: str) -> int:
    claimed = cell.get(name, "")
    return (
        min(max(int(claimed), 1), _MOST_SPANNED)
        if claimed.isascii() and claimed.isdigit() and len(claimed) < 6
        else 1
    )


def flowing(text: str | None) -> str:
    """In one line."""
    return _SPACES.sub(" ", _BROKEN.sub("", text)) if text else ""
