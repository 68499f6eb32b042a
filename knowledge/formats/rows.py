"""From a row of a table, however its columns are called, to an FAQ entry."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from knowledge.documents import Item, Loaded, entry
from knowledge.formats import limits

_QUESTION: Final = ("question", "q", "问题", "问", "标准问", "标准问题", "title", "标题")
_ANSWER: Final = ("answer", "a", "答案", "答", "回答", "回复", "标准答案", "content", "内容")
_SIMILAR: Final = (
    "similar",
    "similar_questions",
    "wordings",
    "相似问",
    "相似问法",
    "相似问题",
    "其他问法",
    "别名",
)
BEYOND: Final = "(beyond)"
"""Marks a row with more cells than columns."""
_BETWEEN: Final = re.compile(r"[\n|；;]+")


class BadRow(Exception):
    """A row that is no entry, and why. Caught where rows are read; it never leaves this package."""


def read_rows(rows: Iterable[tuple[str, Mapping[str, Any]]], source: str) -> Loaded:
    """Rows with their places ("row 3"); a bad one is named, and the rest is kept."""
    items: list[Item] = []
    problems: list[str] = []
    for count, (place, row) in enumerate(rows):
        if count >= limits.ROWS:
            problems.append(f"{source}: more than {limits.ROWS} rows; the rest was left out, split the file")
            break
        try:
            items.append(_entry(row, source, place))
        except BadRow as error:
            problems.append(f"{source}, {place}: {error}")
    return Loaded(tuple(items), tuple(problems))


def is_header(row: Iterable[Any]) -> bool:
    """True when a table's first row names a question and an answer column."""
    names = {_column(cell) for cell in row}
    return bool(names & set(_QUESTION)) and bool(names & set(_ANSWER))


def checked_entry(question: str, similar: list[str], answer: str, *, source: str, place: str) -> Item:
    """An entry within the limits. Raises BadRow."""
    if not question:
        raise BadRow("has no question")
    if not answer:
        raise BadRow("has no answer")
    if max(map(len, [question, *similar])) > limits.QUESTION_CHARS:
        raise BadRow(f"has a question of more than {limits.QUESTION_CHARS} characters")
    if len(answer) > limits.ANSWER_CHARS:
        raise BadRow(f"has an answer of more than {limits.ANSWER_CHARS} characters; make it a document")
    if len(similar) > limits.WORDINGS:
        raise BadRow(f"has more than {limits.WORDINGS} wordings")
    return entry(question, similar, answer, source=source, place=place)


def _entry(row: Mapping[str, Any], source: str, place: str) -> Item:
    if row.get(BEYOND):
        raise BadRow("has more cells than columns; put quotes around a text with commas")
    named = {_column(name): value for name, value in row.items()}
    return checked_entry(
        _text(_pick(named, _QUESTION)),
        _wordings(_pick(named, _SIMILAR)),
        _text(_pick(named, _ANSWER)),
        source=source,
        place=place,
    )


def _pick(row: Mapping[str, Any], names: Iterable[str]) -> Any:
    return next((row[name] for name in names if row.get(name) not in (None, "")), None)


def _column(name: Any) -> str:
    return str(name or "").strip().lower().replace(" ", "_")


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():  # Excel has no whole numbers
        value = int(value)
    if isinstance(value, (list, dict)):
        raise BadRow("has a list or an object where a text belongs")
    return str(value).encode(errors="ignore").decode().strip()  # a cut export may end in half an emoji


def _wordings(value: Any) -> list[str]:
    parts = value if isinstance(value, list) else _BETWEEN.split(_text(value))
    return [text for part in parts if (text := _text(part))]
