"""Excel's workbooks, new (XLSX, XLSM) and old (XLS)."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import reduce
from operator import add
from typing import Any, Final

from bot.errors import BadRequest, TooLarge
from knowledge.documents import Loaded
from knowledge.formats import archive, limits
from knowledge.formats.cell_looks import CellLooks, Look, Place
from knowledge.formats.grid import read_grid
from knowledge.formats.header import Across, is_text
from knowledge.formats.hidden_cells import Hidden, hidden_cells
from knowledge.formats.variants import by_sheet

_MEND: Final = "open it in Excel and save it again as .xlsx"
_ZIP: Final = b"PK"


def read_workbook(data: bytes, source: str) -> Loaded:
    """Every sheet that is shown. A cell that spans several rows counts in each of them."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    is_zip = data.startswith(_ZIP)
    if is_zip:
        archive.check(data, source, _MEND)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as workbook:
            return _read(workbook, CellLooks(data) if is_zip else None, source)
    except PasswordError as error:
        raise BadRequest(f"{source}: is protected by a password; save it without one") from error
    except (CalamineError, OSError, ValueError) as error:
        raise BadRequest(f"{source}: is damaged or no Excel workbook; {_MEND}") from error


def _read(workbook: Any, looks: CellLooks | None, source: str) -> Loaded:
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    sheets = [sheet for sheet in workbook.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    shown = [sheet.name for sheet in sheets if sheet.visible == SheetVisibleEnum.Visible]
    notes = [
        f"{source}, sheet {sheet.name}: is hidden, and was left out"
        for sheet in sheets
        if sheet.name not in shown
    ]
    read = [_read_sheet(workbook.get_sheet_by_name(name), looks, source) for name in shown]
    items = by_sheet([(name, loaded.items) for name, loaded in zip(shown, read, strict=True)])
    return replace(reduce(add, read, Loaded((), (), tuple(notes))), items=tuple(items))


def _read_sheet(sheet: Any, looks: CellLooks | None, source: str) -> Loaded:
    if _last_row(sheet) > limits.ROWS + limits.HEADER_ROWS:
        raise TooLarge(f"{source}, sheet {sheet.name}: has more than {limits.ROWS} rows; split it")
    hidden = hidden_cells(looks.part(sheet.name)) if looks else Hidden()
    rows = _rows(sheet, looks.of(sheet.name) if looks else {}, hidden)
    loaded = read_grid(rows, source, sheet=sheet.name)
    notes = tuple(f"{source}, sheet {sheet.name}: {told}" for told in hidden.told())
    loaded = Loaded((), (), notes) + loaded
    if any(problem.endswith("has no answer") for problem in loaded.problems):
        note = (
            f"{source}, sheet {sheet.name}: a formula counts as empty until Excel has computed and saved it"
        )
        return loaded + Loaded((), (), (note,))
    return loaded


def _rows(sheet: Any, looks: Mapping[Place, Look], hidden: Hidden) -> Iterator[tuple[int, list[Any]]]:
    """Numbered as Excel does it."""
    spans = _spans(sheet)
    wide = {first for first, last in sheet.merged_cell_ranges or () if last[1] > first[1]}
    shared: dict[tuple[int, int], Any] = {}
    for number, row in enumerate(sheet.to_python(skip_empty_area=False)):
        cells = [
            _seen(cell, looks.get((number, column))) for column, cell in enumerate(row[: limits.COLUMNS])
        ]
        for column, first in spans.get(number, ()):
            if (number, column) == first:
                shared[first] = cells[column] if column < len(cells) else ""
            elif column < len(cells):
                cells[column] = shared.get(first, "")
        shown = hidden.shown(number, cells)
        filled = [column for column, cell in enumerate(shown) if is_text(cell)]
        is_across = len(filled) == 1 and (number, filled[0]) in wide
        yield number + 1, Across(shown) if is_across else shown


def _seen(value: Any, look: Look | None) -> Any:
    """A cell's value as who opens the workbook sees it."""
    if isinstance(look, str):
        return look
    if look is None or not isinstance(value, int | float) or isinstance(value, bool):
        return value
    shown = look.shown(value)
    return value if shown is None else shown


def _spans(sheet: Any) -> dict[int, list[tuple[int, tuple[int, int]]]]:
    """By row: the columns whose value stands in an earlier row of the same merged cell, and where."""
    found: dict[int, list[tuple[int, tuple[int, int]]]] = {}
    for (top, left), (bottom, _) in sheet.merged_cell_ranges or ():
        for row in range(top, min(bottom, _last_row(sheet)) + 1):
            if left < limits.COLUMNS:
                found.setdefault(row, []).append((left, (top, left)))
    return found


def _last_row(sheet: Any) -> int:
    """Counted from 0; the file's own word on its size may be wrong."""
    return int(sheet.end[0]) if sheet.end else 0
