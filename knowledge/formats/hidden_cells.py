"""Rows and columns that a sheet (XLSX) keeps from who opens it: a column of purchase prices, say.

What a filter hides, or an outline that is folded, is there for everybody who unfolds it, and is read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final

from knowledge.formats import limits
from knowledge.formats.cell_looks import elements
from knowledge.formats.columns import letters_of
from knowledge.formats.header import is_text

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_HIDDEN: Final = b"hidden="
_FILTERED: Final = b"filterColumn"
_TOLD: Final = 5
_MEND: Final = "left out; show what customers may be told"


class Hidden:
    """Of one sheet, counted from 0; and what of it would have told something."""

    def __init__(self, rows: Iterable[int] = (), columns: Iterable[int] = ()) -> None:
        self._rows = frozenset(rows)
        self._columns = frozenset(columns)
        self._left_out: tuple[dict[int, None], dict[int, None]] = ({}, {})

    def shown(self, row: int, cells: list[Any]) -> list[Any]:
        """A row as who opens the sheet sees it: empty where it is hidden."""
        rows, columns = self._left_out
        filled = [column for column, cell in enumerate(cells) if is_text(cell)]
        if row in self._rows:
            rows.update(dict.fromkeys(filled and [row]))
            return []
        columns.update(dict.fromkeys(self._columns.intersection(filled)))
        return ["" if column in self._columns else cell for column, cell in enumerate(cells)]

    def told(self) -> Iterator[str]:
        """A line for the sheet's manager on each kind."""
        rows, columns = self._left_out
        if columns:
            yield f"hidden columns ({_some([letters_of(one) for one in sorted(columns)])}) were {_MEND}"
        if rows:
            yield f"hidden rows ({_some([str(one + 1) for one in rows])}) were {_MEND}"


def hidden_cells(part: bytes) -> Hidden:
    """Of a sheet, as the workbook keeps it."""
    if _HIDDEN not in part:
        return Hidden()
    rows: set[int] = set()
    columns: set[int] = set()
    number = -1
    for element in elements(part, "col", "row"):
        if element.tag.endswith("}col"):
            columns |= set(_columns(element)) if _is_hidden(element) else set()
            continue
        said = element.get("r") or ""
        number = int(said) - 1 if said.isdecimal() else number + 1
        if _is_hidden(element):
            rows.add(number)
    return Hidden(() if _FILTERED in part else rows, columns)


def _is_hidden(element: Element) -> bool:
    return element.get("hidden") in ("1", "true") and element.get("outlineLevel", "0") == "0"


def _columns(element: Element) -> range:
    """Up to the last one that is read: whoever hides all that are empty hides 16,384."""
    first, last = element.get("min", ""), element.get("max", "")
    if not (first.isdecimal() and last.isdecimal()):
        return range(0)
    return range(int(first) - 1, min(int(last), limits.COLUMNS))


def _some(names: list[str]) -> str:
    more = f" and {len(names) - _TOLD} more" if len(names) > _TOLD else ""
    return ", ".join(names[:_TOLD]) + more
