"""FAQ tables: CSV, and Excel's XLSX. The first row names the columns, or is a question with its answer."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from bot.errors import BadRequest, TooLarge
from knowledge.documents import Loaded
from knowledge.formats import limits
from knowledge.formats.rows import BEYOND, is_header, read_rows
from knowledge.formats.text import decode

if TYPE_CHECKING:
    from openpyxl import Workbook

_UNNAMED: Final = ("question", "answer", "similar")
_TRIED_ROWS: Final = 50
_SHEET_ROWS: Final = 1_048_576
"""As many as Excel has; a file may claim any number."""
_SHEET_COLUMNS: Final = 64


def read_csv(data: bytes, source: str) -> Loaded:
    """Commas, semicolons or tabs between the cells."""
    text = decode(data, source)
    csv.field_size_limit(max(len(text), 1))  # a cell that is too long is one bad row, not a bad file
    rows = csv.reader(io.StringIO(text), delimiter=_delimiter(text))
    return read_rows(_named(enumerate(rows, 1), whole=True), source)


def read_xlsx(data: bytes, source: str) -> Loaded:
    """Every sheet of a workbook."""
    from openpyxl import load_workbook  # a shop without workbooks need not wait for it at each start

    _check_unpacked_size(data, source)
    try:
        with closing(load_workbook(io.BytesIO(data), read_only=True, data_only=True)) as workbook:
            return read_rows(_of_sheets(workbook), source)
    except Exception as error:  # whatever openpyxl and the parsers below it met: zlib, zipfile, XML, its own
        raise BadRequest(f"{source}: is no Excel workbook; save it again as .xlsx") from error


def _delimiter(text: str) -> str:
    """What makes the first row a header, or most rows a question with its answer. The csv module's own
    guess takes quotes inside a cell for its bounds."""

    def fits(delimiter: str) -> tuple[bool, int]:
        reader = csv.reader(io.StringIO(text), delimiter=delimiter)
        rows = list(islice(filter(None, reader), _TRIED_ROWS))
        return any(map(is_header, rows[:1])), sum(2 <= len(row) <= len(_UNNAMED) for row in rows)

    return max("\t,;", key=fits)


def _of_sheets(workbook: Workbook) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for sheet in workbook.worksheets:
        sheet.reset_dimensions()  # many exports write a wrong size in front, and lose their rows by it
        rows = islice(sheet.iter_rows(max_col=_SHEET_COLUMNS, values_only=True), _SHEET_ROWS)
        for place, row in _named(enumerate(rows, 1)):
            yield f"sheet {sheet.title}, {place}", row


def _check_unpacked_size(data: bytes, source: str) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            size = sum(member.file_size for member in archive.infolist())
    except zipfile.BadZipFile as error:
        raise BadRequest(f"{source}: is no Excel workbook; save it again as .xlsx") from error
    if size > limits.UNPACKED_BYTES:
        raise TooLarge(f"{source}: unpacks to more than {limits.UNPACKED_BYTES >> 20} MB; split it")


def _named(
    rows: Iterable[tuple[int, Iterable[Any]]], *, whole: bool = False
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each row with its number and its cells by column name; empty rows are passed over.

    `whole` when a cell beyond the columns is the rest of another, cut by a comma nobody quoted.
    """
    names: list[str] | None = None
    for number, row in rows:
        cells = list(row)
        if not any(str(cell).strip() for cell in cells if cell is not None):
            continue
        if names is None:
            names = [str(cell or "") for cell in cells] if is_header(cells) else list(_UNNAMED)
            if is_header(cells):
                continue
        named = dict(zip(names, cells, strict=False))
        if whole and any(cells[len(names) :]):
            named[BEYOND] = True
        yield f"row {number}", named
