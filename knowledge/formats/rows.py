"""From a row of a table, however its columns are called, to an FAQ entry or a product."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, Final

from bot.codes import may_be_code
from bot.errors import TooLarge
from knowledge.documents import Item, Loaded, entry, product
from knowledge.formats import limits
from knowledge.formats.columns import UNTOLD, Kind, Role, kind_of, role_of
from knowledge.formats.encoding import UNREADABLE
from knowledge.formats.markup import flowing
from knowledge.formats.variants import Fields, is_product, told_apart
from knowledge.scope import Scope

Row = Sequence[tuple[str, Any]]
"""Cells with the names of their columns, in their order; a name may come twice."""

_DIGITS: Final = 15
"""Excel keeps so many; 1.1 and 2.2 are 3.3000000000000003 in seventeen."""
_BETWEEN: Final = re.compile(r"[\n|；;]+")
_BETWEEN_CODES: Final = re.compile(r"[\n|；;,，、]+")
_LETTER: Final = re.compile(r"[^\W\d_]")


class BadRow(Exception):
    """A row that is no entry, and why. Caught where rows are read; it never leaves this package."""


def read_rows(rows: Iterable[tuple[str, Row | BadRow]], source: str) -> Loaded:
    """Rows with their places ("row 3"); a bad one is named, and the rest is kept.

    Raises TooLarge: what was left out would look as if it had been taken out of the source.
    """
    items: list[tuple[Item, Fields]] = []
    problems: list[str] = []
    for count, (place, row) in enumerate(rows):
        if count >= limits.ROWS:
            raise TooLarge(f"{source}: has more than {limits.ROWS} rows; split it")
        try:
            if isinstance(row, BadRow):
                raise row
            item = _item(row, source, place)
            items.append((item, list(_fields(row)) if is_product(item) else ()))
        except BadRow as error:
            problems.append(f"{source}, {place}: {error}")
    return Loaded(tuple(told_apart(items)), tuple(problems))


def checked_entry(question: str, similar: list[str], answer: str, *, source: str, place: str) -> Item:
    """An entry within the limits. Raises BadRow."""
    if not question:
        raise BadRow("has no question")
    if not answer:
        raise BadRow("has no answer")
    wordings = list(dict.fromkeys([question, *similar]))
    if max(map(len, wordings)) > limits.QUESTION_CHARS:
        raise BadRow(f"has a question of more than {limits.QUESTION_CHARS} characters")
    if len(answer) > limits.ANSWER_CHARS:
        raise BadRow(f"has an answer of more than {limits.ANSWER_CHARS} characters; make it a document")
    if len(wordings) > limits.WORDINGS + 1:
        raise BadRow(f"has more than {limits.WORDINGS} wordings")
    if any(UNREADABLE in text for text in (*wordings, answer)):
        raise BadRow("has characters that can't be read (\ufffd); write them anew")
    return entry(question, similar, answer, source=source, place=place)


def _item(row: Row, source: str, place: str) -> Item:
    kind = kind_of(filter(None, (role_of(name) for name, _ in row)))
    if kind is None:
        raise BadRow("names no question with an answer, and no product")
    item = _entry(row, source, place) if kind is Kind.FAQ else _product(row, source, place)
    try:
        return replace(item, scope=scope_of(row))
    except ValueError as error:
        raise BadRow(str(error)) from error


def scope_of(row: Row) -> Scope:
    """When it holds and who may see it. Raises ValueError."""
    audience = "|".join(_several(row, _BETWEEN, Role.AUDIENCE))
    return Scope.read(_first(row, Role.SINCE), _first(row, Role.UNTIL), audience)


def _entry(row: Row, source: str, place: str) -> Item:
    return checked_entry(
        flowing(_first(row, Role.QUESTION, Role.HEADING)),
        _several(row, _BETWEEN, Role.SIMILAR, Role.ALIAS),
        _first(row, Role.ANSWER, Role.CONTENT),
        source=source,
        place=place,
    )


def _product(row: Row, source: str, place: str) -> Item:
    codes = [code for cell in _several(row, _BETWEEN_CODES, Role.CODE) for code in _codes(cell)]
    name = flowing(_first(row, Role.NAME, Role.HEADING)) or _unnamed(row, codes)
    fields = list(_fields(row))
    if not name:
        raise BadRow("has no name")
    if not fields:
        raise BadRow("has a name and nothing else")
    made = product(name, codes, fields, source=source, place=place)
    if max(map(len, made.wordings)) > limits.QUESTION_CHARS or len(codes) > limits.CODES:
        raise BadRow(f"has a name of more than {limits.QUESTION_CHARS} characters, or too many codes")
    if len(fields) > limits.FIELDS or len(made.text) > limits.ANSWER_CHARS:
        raise BadRow(f"has more than {limits.FIELDS} fields or {limits.ANSWER_CHARS} characters")
    if UNREADABLE in made.text:
        raise BadRow("has characters that can't be read (\ufffd); write them anew")
    return made


def _unnamed(row: Row, codes: list[str]) -> str:
    """By its code; but 1, 2 and 3 only count the rows, and their first text is what they are about."""
    has_names = any(role_of(name) in (Role.NAME, Role.HEADING) for name, _ in row)
    if has_names or (codes and not (codes[0].isdigit() and not may_be_code(codes[0]))):
        return codes[0] if codes else ""
    texts = (text(value) for name, value in row if role_of(name) is None)
    return next((told for told in texts if _LETTER.search(told)), codes[0] if codes else "")


def _codes(cell: str) -> list[str]:
    """A space parts them where each part may be one by itself: QH-1023 QH-1024, but not iPhone 13."""
    parts = cell.split()
    return parts if all(map(may_be_code, parts)) else [" ".join(parts)]


def _fields(row: Row) -> Iterable[tuple[str, str]]:
    """All that a product's row says, but for its name, which stands above, and when it holds."""
    named = next(
        (name for name, value in row if role_of(name) in (Role.NAME, Role.HEADING) and text(value)), ""
    )
    for name, value in row:
        label = " ".join(name.split())[: limits.FIELD_NAME_CHARS]
        if name == named or not label or role_of(name) in UNTOLD:
            continue
        if told := "，".join(_parts(value)) or text(value):
            yield label, told


def _parts(value: Any) -> list[str]:
    """A feed's list of texts is told as one line; anything deeper is no cell."""
    return [text(part) for part in value] if isinstance(value, list) else []


def _first(row: Row, *roles: Role) -> str:
    """What stands in a column of the first role that has something, in the order of the roles."""
    for role in roles:
        for name, value in row:
            if role_of(name) is role and (found := text(value)):
                return found
    return ""


def _several(row: Row, between: re.Pattern[str], *roles: Role) -> list[str]:
    cells = [value for name, value in row if role_of(name) in roles]
    parts = [
        part for cell in cells for part in (cell if isinstance(cell, list) else between.split(text(cell)))
    ]
    return [told for part in parts if (told := text(part))]


def text(value: Any) -> str:
    """A cell as a person would read it. Raises BadRow."""
    match value:
        case None:
            return ""
        case bool():
            return "是" if value else "否"
        case float() if not math.isfinite(value):
            raise BadRow("has NaN or Infinity, which is no value; leave it empty")
        case float() if value.is_integer():  # Excel has no whole numbers
            return str(int(value))
        case float():
            return f"{value:.{_DIGITS}g}"
        case datetime.datetime():
            return value.strftime("%Y-%m-%d" if value.time() == datetime.time() else "%Y-%m-%d %H:%M")
        case datetime.time():
            return value.strftime("%H:%M")
        case datetime.timedelta():
            return _hours(value)
        case list() | dict():
            raise BadRow("has a list or an object where a text belongs")
    return str(value).encode(errors="ignore").decode().strip()  # a cut export may end in half an emoji


def _hours(lasting: datetime.timedelta) -> str:
    """30:00, as Excel shows a day and six hours."""
    minutes, seconds = divmod(round(abs(lasting.total_seconds())), 60)
    sign = "-" if lasting < datetime.timedelta() else ""
    return f"{sign}{minutes // 60}:{minutes % 60:02}" + (f":{seconds:02}" if seconds else "")
