"""Which rows of a table name its columns. There may be titles above, and names may take two rows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any, Final

from knowledge.formats.columns import Role, kind_of, role_of, roles_of
from knowledge.formats.rows import BadRow

_NAME: Final = "名称"
AMOUNT: Final = re.compile(r"(?:[¥￥$]|RMB|CNY)?\s*\d{1,6}(?:[.,]\d+)*\s*(?:[元块%/起-]|$)", re.IGNORECASE)
"""What a telephone number is too long for."""
_MATRIX: Final = 3
"""Columns of a table that nothing but its numbers tells from questions and answers."""
_MOST_ROWS: Final = 3
"""Of a header."""


class Across(list[Any]):
    """A row that is one cell, merged across the table: its title, or that of what stands below."""

    @property
    def text(self) -> str:
        """What stands there."""
        return next((" ".join(str(cell).split()) for cell in self if is_text(cell)), "")


Cells = Sequence[Any] | BadRow


@dataclass(frozen=True, slots=True)
class Header:
    """The names of a table's columns; empty where one has none."""

    names: tuple[str, ...]
    above: int
    """Rows in front of it."""
    end: int
    """The row that follows, counted from 0."""


def find_header(head: Sequence[Cells]) -> Header | None:
    """Of a table's first rows. Above it are titles and notes, of fewer cells. A row as full as one above is
    one of the rows, 商品 with the answer 型号, say; only 问题 with the answer 答案 is none.
    """
    fullest = 0
    for above, cells in enumerate(head):
        if isinstance(cells, BadRow):
            continue
        filled = sum(map(is_text, cells))
        if (is_header(cells) and (filled > fullest or _names_entries(cells))) or (
            filled > fullest and _is_price_list(cells, head[above + 1 :])
        ):
            return _header(head, above)
        fullest = max(fullest, filled)
    return None


def is_header(cells: Iterable[Any]) -> bool:
    """True when a row names what an entry or a product has."""
    cells = [cell for cell in cells if is_text(cell)]
    return len(cells) > 1 and kind_of(roles_of(cells)) is not None


def is_text(cell: Any) -> bool:
    """True where something stands."""
    return cell is not None and bool(str(cell).strip())


def _header(head: Sequence[Cells], above: int) -> Header:
    first = _texts(head[above])
    if above and not isinstance(head[above - 1], Across):
        first = _below(_texts(head[above - 1]), first)
    lower = list(takewhile(lambda cells: _goes_on(first, cells), head[above + 1 : above + _MOST_ROWS]))
    names = first
    for cells in lower:
        names = _joined(names, _texts(cells))
    if not is_header(first):
        names[_first_column(first)] = _NAME
    return Header(tuple(names), above, above + 1 + len(lower))


def _goes_on(first: Sequence[str], below: Cells) -> bool:
    """True where the next row has more names: below a cell that several columns share, and no row of its own,
    as the column of the names is empty there, or has the
    header's cell again, which was merged."""
    cells = _texts(below)
    if isinstance(below, Across) or not any(cells):
        return False
    named = (column for column, name in enumerate(first) if name and role_of(name) is not Role.COUNT)
    leading = next(named, 0)
    stands_free = cells[leading : leading + 1] in ([], [""], [first[leading]])
    return stands_free and any(under and not name for name, under in zip(first, cells, strict=False))


def _joined(upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    """价格 above 原装 is 价格 原装. What has a name in the lower row alone shares the one to its left."""
    names: list[str] = []
    group = ""
    for column, own in enumerate(upper):
        under = lower[column] if column < len(lower) else ""
        group = own or (group if under else "")
        names.append(" ".join(dict.fromkeys(filter(None, (group, under)))))
    return names


def _below(above: Sequence[str], names: list[str]) -> list[str]:
    """With what stands above them where they are told apart by nothing else: 换屏 above 原装 and 国产."""
    times = Counter(name for name in names if name and role_of(name) in (None, Role.PRICE))
    if max(times.values(), default=1) < 2 or sum(map(bool, above)) < 2:
        return names
    group = ""
    found: list[str] = []
    for column, name in enumerate(names):
        group = (above[column] if column < len(above) else "") or group
        found.append(f"{group} {name}".strip() if times[name] > 1 else name)
    return found


def _texts(cells: Cells) -> list[str]:
    row = () if isinstance(cells, BadRow) else cells
    return [str(cell).strip() if is_text(cell) else "" for cell in row]


def _names_entries(cells: Iterable[Any]) -> bool:
    return {Role.QUESTION, Role.ANSWER} <= roles_of(cells).keys()


def _is_price_list(cells: Sequence[Any], below: Iterable[Cells]) -> bool:
    """A table of prices, or of measures, whose first column is what they are for, whatever it is called: 房型
    beside 平日价; or 项目 beside 小型犬 and 大型犬, with numbers below."""
    named = [(column, role_of(cell)) for column, cell in enumerate(cells) if is_text(cell)]
    counted = [(column, role) for column, role in named if role is not Role.COUNT]
    if is_header(cells) or not counted or counted[0][1] is not None or any(map(_is_amount, cells)):
        return False
    priced = [column for column, role in counted if role is Role.PRICE]
    columns = priced or ([column for column, _ in counted[1:]] if len(counted) >= _MATRIX else [])
    rows = [_texts(row) for row in below]
    told = [row[column] for row in rows for column in columns if column < len(row) and row[column]]
    amounts = sum(map(_is_amount, told))
    return bool(told) and (2 * amounts >= len(told) if priced else 3 * amounts >= 2 * len(told))


def _is_amount(cell: Any) -> bool:
    return AMOUNT.match(str(cell).strip()) is not None


def _first_column(names: Sequence[str]) -> int:
    return next(column for column, name in enumerate(names) if name and role_of(name) is None)
