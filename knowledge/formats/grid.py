"""From rows of cells to named cells, and from those to items."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Any, Final

from knowledge.documents import Loaded
from knowledge.formats import limits
from knowledge.formats.columns import Kind, Role, kind_of, letters_of, named_twice, role_of, roles_of
from knowledge.formats.header import AMOUNT, Across, Cells, find_header, is_text
from knowledge.formats.rows import BadRow, Row, read_rows

_UNNAMED: Final = ("question", "answer", "similar")
_MEND: Final = "write 问题 and 答案 above the columns, or 名称 for a table of products"
_TITLE_CHARS: Final = 20
_TOLD: Final = 5
_SENTENCE: Final = re.compile("[。！？；：，:;]")
"""A note across a table is no title of what stands below it."""


def read_grid(
    rows: Iterable[tuple[int, Cells]], source: str, *, sheet: str = "", is_exact: bool = False
) -> Loaded:
    """Numbered rows of one table. Its first row names the columns, or is a question with its answer.

    `is_exact` when a cell beyond the columns is the rest of another, cut by a comma nobody quoted.
    """
    within = f"{source}, sheet {sheet}" if sheet else source
    place = f"sheet {sheet}, row" if sheet else "row"
    filled = ((number, cells) for number, cells in rows if isinstance(cells, BadRow) or _is_filled(cells))
    head = list(islice(filled, limits.HEADER_ROWS))
    if not head:
        return Loaded(())
    header = find_header([cells for _, cells in head])
    if header is None and not _may_go_unnamed(head):
        return Loaded((), (f"{within}: its columns have no names that say what they hold; {_MEND}",))
    names = list(header.names) if header else list(_UNNAMED)
    if twice := named_twice(roles_of(names)):
        return Loaded((), (f"{within}: two columns are called {twice}; give one of them another name",))
    table = _Table(names, is_exact)
    below = islice(chain(head, filled), header.end if header else 0, None)
    loaded = read_rows(((f"{place} {number}", row) for number, row in table.rows(below)), source)
    notes = [_above([number for number, _ in head[: header.above]])] if header and header.above else []
    if header is None:
        notes.append(f"no header is known, so row {head[0][0]} counts as a question; {_MEND}")
    notes += table.notes()
    return Loaded((), (), tuple(f"{within}: {note}" for note in notes)) + loaded


class _Table:
    """From the rows below a header to named cells, keeping in mind below which title they stand."""

    def __init__(self, names: list[str], is_exact: bool) -> None:
        self._names = names
        self._is_exact = is_exact
        self._name = self._name_column()
        self._title = ""
        self._nameless: dict[int, None] = {}
        self._untold: list[int] = []

    def rows(self, below: Iterable[tuple[int, Cells]]) -> Iterator[tuple[int, Row | BadRow]]:
        """But titles, which go with what stands below them: 洗澡 below 小型犬 is 小型犬 洗澡."""
        for number, cells in below:
            if isinstance(cells, Across):
                self._stand_below(number, cells.text)
            else:
                yield number, self._named(cells)

    def notes(self) -> list[str]:
        """On what was read, and is not told."""
        columns = ", ".join(letters_of(column) for column in sorted(self._nameless))
        told = [f"column {columns} has no name, and was left out"] if columns else []
        if others := self._unread():
            told.append(f"not read, as an entry has no such columns: {', '.join(others)}")
        if self._untold:
            told.append(f"{_rows(self._untold)} one text across the table, and left out")
        return told

    def _unread(self) -> list[str]:
        """Of a table of questions: one may have been meant to say for whom they are."""
        if kind_of(roles_of(self._names)) is not Kind.FAQ:
            return []
        return [name for name in self._names if name and role_of(name) is None][:_TOLD]

    def _stand_below(self, number: int, told: str) -> None:
        is_title = self._name is not None and len(told) <= _TITLE_CHARS and not _SENTENCE.search(told)
        if is_title:
            self._title = told
        else:
            self._untold.append(number)

    def _named(self, cells: Cells) -> Row | BadRow:
        if isinstance(cells, BadRow):
            return cells
        if self._is_exact and any(map(is_text, cells[len(self._names) :])):
            return BadRow("has more cells than columns; put quotes around a text with commas")
        row = list(zip(self._names, cells, strict=False))
        for column, (name, cell) in enumerate(row):
            if not name and is_text(cell):
                self._nameless[column] = None
        if self._title and self._name is not None and is_text(row[self._name][1]):
            name, cell = row[self._name]
            row[self._name] = name, f"{self._title} {str(cell).strip()}"
        return row

    def _name_column(self) -> int | None:
        """Of a table of products."""
        if kind_of(roles_of(self._names)) is not Kind.PRODUCT:
            return None
        roles = [role_of(name) for name in self._names]
        return next((roles.index(role) for role in (Role.NAME, Role.HEADING) if role in roles), None)


def _rows(numbers: Sequence[int]) -> str:
    """As the beginning of a note."""
    some = ", ".join(map(str, numbers[:_TOLD])) + (" …" if len(numbers) > _TOLD else "")
    return f"row {some} is" if len(numbers) == 1 else f"rows {some} are"


def _above(numbers: Sequence[int]) -> str:
    if len(numbers) == 1:
        return f"row {numbers[0]} above the header was left out"
    return f"rows {numbers[0]} to {numbers[-1]} above the header were left out"


def _may_go_unnamed(head: list[tuple[int, Cells]]) -> bool:
    """A question and its answer, and perhaps further wordings. With prices there it is another table."""
    filled = [cells for _, cells in head if not isinstance(cells, BadRow)]
    told = [str(cell).strip() for cells in filled for cell in cells[1:] if is_text(cell)]
    numbers = sum(AMOUNT.fullmatch(one) is not None for one in told)
    widest = max(map(_width, filled), default=0)
    return widest in (2, 3) and (2 * numbers < len(told) or len(told) < 2)


def _is_filled(cells: Iterable[Any]) -> bool:
    return any(map(is_text, cells))


def _width(cells: Sequence[Any]) -> int:
    return max((place for place, cell in enumerate(cells, 1) if is_text(cell)), default=0)
