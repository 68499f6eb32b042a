"""FAQ tables: CSV, and Excel's XLSX. The first row names the columns, or is a question with its answer."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from openpyxl import load_workbook

from bot.errors import BadRequest, TooLarge
from knowledge.documents import Loaded
from knowledge.formats import limits
from knowledge.formats.rows import is_header, read_rows
from knowledge.formats.text import decode

_UNNAMED: Final = ("question", "answer", "similar")


def read_csv(data: bytes, source: str) -> Loaded:
    """Commas, semicolons or tabs between the cells."""
    text = decode(data, source)
    try:
        dialect: type[csv.Dialect] = csv.Sniffer().sniff(text[:4096], delimiters=",;\t")
    except csv.Error:  # a single column, say: the usual comma then
        dialect = csv.excel
    csv.field_size_limit(limits.ANSWER_CHARS * 4)
    try:
        rows = list(csv.reader(io.StringIO(text), dialect))
    except csv.Error as error:
        raise BadRequest(f"{source}: is no CSV table ({error}); save it again as CSV UTF-8") from error
    return read_rows(_named(enumerate(rows, 1)), source)


def read_xlsx(data: bytes, source: str) -> Loaded:
    """Every sheet of a workbook."""
    _check_unpacked_size(data, source)
    try:
        workbook = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheets = [(sheet.title, list(sheet.iter_rows(values_only=True))) for sheet in workbook.worksheets]
        workbook.close()
    except Exception as error:  # whatever openpyxl and the parsers below it met: zlib, zipfile, XML, its own
        raise BadRequest(f"{source}: is no Excel workbook; save it again as .xlsx") from error
    return read_rows(_of_sheets(sheets), source)


def _of_sheets(
    sheets: Iterable[tuple[str, list[tuple[Any, ...]]]],
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for title, rows in sheets:
        for place, row in _named(enumerate(rows, 1)):
            yield f"sheet {title}, {place}", row


def _check_unpacked_size(data: bytes, source: str) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            size = sum(member.file_size for member in archive.infolist())
    except zipfile.BadZipFile as error:
        raise BadRequest(f"{source}: is no Excel workbook; save it again as .xlsx") from error
    if size > limits.UNPACKED_BYTES:
        raise TooLarge(f"{source}: unpacks to more than {limits.UNPACKED_BYTES >> 20} MB; split it")


def _named(rows: Iterable[tuple[int, Iterable[Any]]]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each row with its number and its cells by column name; empty rows are passed over."""
    names: list[str] | None = None
    for number, row in rows:
        cells = list(row)
        if not any(str(cell).strip() for cell in cells if cell is not None):
            continue
        if names is None:
            names = [str(cell or "") for cell in cells] if is_header(cells) else list(_UNNAMED)
            if is_header(cells):
                continue
        yield f"row {number}", dict(zip(names, cells, strict=False))
