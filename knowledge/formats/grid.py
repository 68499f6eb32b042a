"""From rows of cells to named cells: which row is the header, and what stands in front of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain, islice
from typing import Any, Final

from knowledge.documents import Loaded
from knowledge.formats import limits
from knowledge.formats.columns import Role, kind_of, named_twice, roles_of
from knowledge.formats.rows import BadRow, Row, read_rows

_UNNAMED: Final = ("question", "answer", "similar")
_MEND: Final = "write 问题 and 答案 above the columns, or 名称 for a table of products"

Cells = Sequence[Any] | BadRow


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
    header = _header(head)
    if header is None and not _may_go_unnamed(head):
        return Loaded((), (f"{within}: its columns have no names that say what they hold; {_MEND}",))
    above, names = header or (0, list(_UNNAMED))
    if twice := named_twice(roles_of(names)):
        return Loaded((), (f"{within}: two columns are called {twice}; give one of them another name",))
    unknown = f"{within}: no header is known, so row {head[0][0]} counts as a question; {_MEND}"
    notes: tuple[str, ...] = () if header else (unknown,)
    if above:
        first, last = head[0][0], head[above - 1][0]
        told = (
            f"row {first} above the header was"
            if above == 1
            else f"rows {first} to {last} above the header were"
        )
        notes = (f"{within}: {told} left out",)
    below = islice(chain(head, filled), above + 1 if header else 0, None)
    named = ((f"{place} {number}", _named(names, cells, is_exact)) for number, cells in below)
    return Loaded((), (), notes) + read_rows(named, source)


def is_header(cells: Iterable[Any]) -> bool:
    """True when a row names what an entry or a product has."""
    cells = [cell for cell in cells if _is_text(cell)]
    return len(cells) > 1 and kind_of(roles_of(cells)) is not None


def _header(head: list[tuple[int, Cells]]) -> tuple[int, list[str]] | None:
    """The columns' names, and how many rows stand above them: titles and notes, of fewer cells. A row as full
    as one above is one of the rows, 商品 with the answer 型号, say; only 问题 with the answer 答案 is none.
    """
    fullest = 0
    for above, (_, cells) in enumerate(head):
        if isinstance(cells, BadRow):
            continue
        filled = sum(map(_is_text, cells))
        if is_header(cells) and (filled > fullest or _names_entries(cells)):
            return above, [str(cell) if _is_text(cell) else "" for cell in cells]
        fullest = max(fullest, filled)
    return None


def _names_entries(cells: Iterable[Any]) -> bool:
    return {Role.QUESTION, Role.ANSWER} <= roles_of(cells).keys()


def _may_go_unnamed(head: list[tuple[int, Cells]]) -> bool:
    """A question and its answer, and perhaps further wordings."""
    widths = [_width(cells) for _, cells in head if not isinstance(cells, BadRow)]
    return max(widths, default=0) in (2, 3)


def _named(names: list[str], cells: Cells, is_exact: bool) -> Row | BadRow:
    if isinstance(cells, BadRow):
        return cells
    if is_exact and any(map(_is_text, cells[len(names) :])):
        return BadRow("has more cells than columns; put quotes around a text with commas")
    return list(zip(names, cells, strict=False))


def _is_filled(cells: Iterable[Any]) -> bool:
    return any(map(_is_text, cells))


def _is_text(cell: Any) -> bool:
    return cell is not None and bool(str(cell).strip())


def _width(cells: Sequence[Any]) -> int:
    return max((place for place, cell in enumerate(cells, 1) if _is_text(cell)), default=0)
