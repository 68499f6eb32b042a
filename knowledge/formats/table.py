"""Tables as text: CSV and TSV."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from bot.errors import BadRequest
from knowledge.documents import Loaded
from knowledge.formats import limits
from knowledge.formats.encoding import decode
from knowledge.formats.grid import read_grid
from knowledge.formats.header import Cells, find_header
from knowledge.formats.rows import BadRow

_TRIED_ROWS: Final = 50
_WIDEST_UNNAMED: Final = 3
_MOST_UNCLOSED: Final = 100
"""Each costs a look at the lines behind it."""
_FORMULA: Final = re.compile(r'\s*="((?:[^"]|"")*)"\s*')
_APOSTROPHE: Final = re.compile(r"\s*'(\d+)\s*")


def read_csv(data: bytes, source: str) -> Loaded:
    """Commas, semicolons or tabs between the cells."""
    text = decode(data, source)
    csv.field_size_limit(max(len(text), 1))  # a cell that is too long is one bad row, not a bad file
    lines = text.split("\n")
    return read_grid(enumerate(_rows(lines, _delimiter(lines), source), 1), source, is_exact=True)


def _delimiter(lines: Sequence[str]) -> str:
    """What makes the first row a header, or most rows a question with its answer. The csv module's own
    guess takes quotes inside a cell for its bounds."""

    def fits(delimiter: str) -> tuple[bool, int]:
        rows = list(islice(filter(None, csv.reader(lines[:_TRIED_ROWS], delimiter=delimiter)), _TRIED_ROWS))
        headed = find_header(rows[: limits.HEADER_ROWS]) is not None
        return headed, sum(2 <= len(row) <= _WIDEST_UNNAMED for row in rows)

    return max("\t,;", key=fits)


def _rows(lines: Sequence[str], delimiter: str, source: str) -> Iterator[Cells]:
    """A quote that nobody closed would swallow what is behind it: it costs its own line alone."""
    start = unclosed = 0
    while start < len(lines):
        cells, used = _row(lines, start, delimiter)
        if cells is None:
            unclosed += 1
            if unclosed > _MOST_UNCLOSED:
                raise BadRequest(
                    f"{source}: has quotes that are never closed in many rows; save it again as CSV"
                )
            yield BadRow('has a quote that is never closed; write "" for a quote inside a cell')
        else:
            yield [_told(cell) for cell in cells]
        start += used


def _told(cell: str) -> str:
    """Without what keeps Excel from taking 00123 for a number: ="00123" of an export, or a typed '00123."""
    if found := _FORMULA.fullmatch(cell):
        return found[1].replace('""', '"')
    return found[1] if (found := _APOSTROPHE.fullmatch(cell)) else cell


def _row(lines: Sequence[str], start: int, delimiter: str) -> tuple[list[str] | None, int]:
    """The row that begins at a line, and how many lines it takes; None when its end is not found."""
    if '"' not in lines[start]:
        return next(csv.reader(lines[start : start + 1], delimiter=delimiter), []), 1
    window = lines[start : start + limits.CELL_LINES]
    reader = csv.reader((f"{line}\n" for line in window), delimiter=delimiter)
    cells = next(reader, [])
    used = reader.line_num
    if used > 1 and used == len(window) and _breaks_off(window, delimiter):
        return None, 1
    return cells, used


def _breaks_off(window: Sequence[str], delimiter: str) -> bool:
    """True when the last cell is still open where the lines end."""
    try:
        next(csv.reader((f"{line}\n" for line in window), delimiter=delimiter, strict=True))
    except csv.Error:
        return True
    return False
