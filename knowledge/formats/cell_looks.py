"""What a workbook (XLSX) tells of its cells beside their values: number formats, and what is struck through.

calamine reads values alone. A part that is missing, or that nobody can read, tells nothing of looks: where
values are lost with it, calamine says so. Workbooks of 2003 (XLS) keep looks elsewhere, and are not asked.
"""

from __future__ import annotations

import io
import posixpath
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from knowledge.formats import archive
from knowledge.formats.number_format import NumberFormat, number_format

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

Place = tuple[int, int]
"""Row and column, counted from 0."""
Look = NumberFormat | str
"""How a number is shown; or what is left of a text without what is struck through."""

_REFERENCE: Final = re.compile("([A-Z]{1,3})[0-9]{1,7}")
_LINKS: Final = (
    "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id",
    "{http://purl.oclc.org/ooxml/officeDocument/relationships}id",
)
_LETTERS: Final = 26
_STRIKE: Final = b"strike"
_OF_NOTE: Final = """*[
    contains($styles, concat(' ', @s, ' '))
    or $shared and @t='s'
    or @t='inlineStr' and .//*[local-name()='strike']
]"""
"""Cells of a row. A sheet may have millions; Python looks at these few."""


class CellLooks:
    """Of all sheets of a workbook."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._styles = _styles(archive.part(data, "xl/styles.xml"))
        self._texts = _texts(archive.part(data, "xl/sharedStrings.xml"))
        self._parts = dict(_parts(data))

    def of(self, sheet: str) -> Mapping[Place, Look]:
        """The cells that do not look like their values."""
        part = self.part(sheet)
        has_looks = self._styles or self._texts or _STRIKE in part
        return dict(self._looks(part)) if has_looks else {}

    def part(self, sheet: str) -> bytes:
        """What the workbook keeps of a sheet."""
        return archive.part(self._data, self._parts.get(sheet, ""))

    def _looks(self, part: bytes) -> Iterator[tuple[Place, Look]]:
        from lxml.etree import XPath

        of_note, styles, number = XPath(_OF_NOTE), f" {' '.join(self._styles)} ", -1
        for row in elements(part, "row"):
            said = row.get("r") or ""
            number = int(said) - 1 if said.isdecimal() else number + 1
            for cell in of_note(row, styles=styles, shared=bool(self._texts)):
                column = _column(cell.get("r") or "")
                look = self._look(cell)
                if look is not None:
                    yield (number, row.index(cell) if column is None else column), look

    def _look(self, cell: Element) -> Look | None:
        look = self._styles.get(cell.get("s") or "")
        if look is not None:
            return look
        if cell.get("t") == "s":
            return self._texts.get(cell.findtext("{*}v") or "")
        own = cell.find("{*}is")
        return _standing(own) if own is not None else None


def _styles(part: bytes) -> dict[str, Look]:
    """By the number that cells call them."""
    groups = {
        group.tag.rpartition("}")[2]: [(dict(style.attrib), _is_struck(style)) for style in group]
        for group in elements(part, "numFmts", "fonts", "cellXfs")
    }
    codes = {style.get("numFmtId", ""): style.get("formatCode", "") for style, _ in groups.get("numFmts", ())}
    struck = {str(number) for number, (_, is_struck) in enumerate(groups.get("fonts", ())) if is_struck}
    found: dict[str, Look] = {}
    for number, (style, _) in enumerate(groups.get("cellXfs", ())):
        shown = _number_format(style.get("numFmtId", ""), codes)
        look = "" if style.get("fontId") in struck else shown
        if look is not None:
            found[str(number)] = look
    return found


def _number_format(number: str, codes: Mapping[str, str]) -> NumberFormat | None:
    return number_format(int(number), codes.get(number)) if number.isdecimal() else None


def _texts(part: bytes) -> dict[str, str]:
    """Those with something struck through, by number: what is left of them."""
    if _STRIKE not in part:  # most often; a workbook may have millions of texts
        return {}
    read = ((str(number), _standing(text)) for number, text in enumerate(elements(part, "si")))
    return {number: standing for number, standing in read if standing is not None}


def _standing(text: Element) -> str | None:
    """What is left of a text; None where all is."""
    runs = [(_is_struck(run), run.findtext("{*}t") or "") for run in text.iterchildren("{*}r")]
    if not any(is_struck for is_struck, _ in runs):
        return None
    return "".join(told for is_struck, told in runs if not is_struck)


def _is_struck(element: Element) -> bool:
    """A font, or a run of text with a font of its own."""
    found = element.find(".//{*}strike")
    return found is not None and found.get("val") not in ("0", "false")


def _parts(data: bytes) -> Iterator[tuple[str, str]]:
    """Each sheet, and where it stands."""
    links = {
        link.get("Id"): link.get("Target") or ""
        for link in elements(archive.part(data, "xl/_rels/workbook.xml.rels"), "Relationship")
    }
    for sheet in elements(archive.part(data, "xl/workbook.xml"), "sheet"):
        target = next((links[link] for name in _LINKS if (link := sheet.get(name)) in links), "")
        yield sheet.get("name") or "", posixpath.join("/xl", target).removeprefix("/")


def _column(reference: str) -> int | None:
    """Of B12: 1."""
    if not (found := _REFERENCE.fullmatch(reference)):
        return None
    column = 0
    for letter in found[1]:
        column = column * _LETTERS + ord(letter) - ord("A") + 1
    return column - 1


def elements(part: bytes, *names: str) -> Iterator[Element]:
    """Of a workbook's part: those of a name, in the order of their ends; what was looked at is forgotten."""
    from lxml import etree

    if not part:
        return
    tags = [f"{{*}}{name}" for name in names]
    read = etree.iterparse(io.BytesIO(part), tag=tags, resolve_entities=False, recover=True, huge_tree=True)
    for _, element in read:
        yield element
        element.clear()
