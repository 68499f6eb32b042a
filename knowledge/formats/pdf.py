"""PDF documents, by way of PDFium. Their text has places on a page and no structure: headings are guessed by
their numbers, and what stands on every page's edge is left out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import Any, Final

from bot.errors import BadRequest, TooLarge
from knowledge.cut import pieces
from knowledge.documents import Loaded
from knowledge.formats import limits
from knowledge.formats.prose import heading_level, is_cut_short, prose

_EDGE_LINES: Final = 2
"""Of a page, above and below, that may be the same on all."""
_CARRIED_LINES: Final = 3
_MANY: Final = 0.6
_FEW_PAGES: Final = 3
_PAGE_MARK: Final = re.compile(
    r"第\s*(\d+)\s*页|^(\d+)$|[-–—]\s*(\d+)\s*[-–—]|\b(\d+)\s*/\s*\d+|\b[Pp]age\s+(\d+)"
)


def read_pdf(data: bytes, source: str) -> Loaded:
    """Pieces; places are pages. Raises BadRequest and TooLarge."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if "assword" in str(error):
            raise BadRequest(f"{source}: is protected by a password; save it without one") from error
        raise BadRequest(f"{source}: is damaged or no PDF; export it again") from error
    with closing(document):
        return _read(document, source)


def _read(document: Any, source: str) -> Loaded:
    import pypdfium2

    if len(document) > limits.PAGES:
        raise TooLarge(f"{source}: has more than {limits.PAGES} pages; split it")
    try:
        pages = [_lines(document[number]) for number in range(len(document))]
    except pypdfium2.PdfiumError as error:
        raise BadRequest(f"{source}: is damaged; export it again") from error
    if not any(pages):
        raise BadRequest(
            f"{source}: holds pictures of pages and no text; have its text recognised (OCR) and saved with it"
        )
    blank = sum(not lines for lines in pages)
    notes = (f"{source}: {blank} of {len(pages)} pages hold no text",) if blank else ()
    return Loaded((), (), notes) + pieces(prose(_numbered(pages), unit="page"), source)


def _lines(page: Any) -> list[str]:
    """PDFium marks a hyphen at a line's end by U+FFFE."""
    with closing(page), closing(page.get_textpage()) as text:
        told = text.get_text_range().replace("\ufffe", "").replace("\x00", "")
    return [line.strip() for line in told.splitlines() if line.strip()]


def _numbered(pages: Sequence[list[str]]) -> Iterator[tuple[int, str]]:
    """The lines with their pages' numbers. A sentence that goes on over the edge counts where it began."""
    last = ""
    for number, lines in enumerate(_without_running_titles(pages), 1):
        started = 0
        for line in lines:
            goes_on = number > 1 and started < _CARRIED_LINES and last != "" and is_cut_short(last)
            started = started + 1 if goes_on else _CARRIED_LINES
            last = line
            yield number - goes_on, line


def _without_running_titles(pages: Sequence[list[str]]) -> Iterator[list[str]]:
    """What most pages have on an edge is told once, where it comes first. A heading heads each page."""
    edges = [[_alike(line, number) for line in _edges(lines)] for number, lines in enumerate(pages, 1)]
    times = Counter(line for page in edges for line in set(page))
    most = max(_FEW_PAGES, _MANY * len(pages))
    told: set[str] = set()
    for number, lines in enumerate(pages, 1):
        at_edge = set(_edges(lines))
        kept = []
        for line in lines:
            alike = _alike(line, number)
            is_repeated = line in at_edge and times[alike] >= most and alike in told
            if not is_repeated or heading_level(line) is not None:
                kept.append(line)
            if line in at_edge:
                told.add(alike)
        yield kept


def _edges(lines: list[str]) -> list[str]:
    return [*lines[:_EDGE_LINES], *lines[-_EDGE_LINES:]]


def _alike(line: str, page: int) -> str:
    """Without the page's own number where it is marked as one; any other number makes it another line."""
    return _PAGE_MARK.sub(lambda found: "#" if str(page) in found.groups() else found[0], line)
