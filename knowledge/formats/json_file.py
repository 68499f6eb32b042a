"""Entries or products as JSON: a list of objects, or one object a line (JSONL)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from bot.errors import BadRequest
from knowledge.documents import Loaded
from knowledge.formats.encoding import decode
from knowledge.formats.rows import BadRow, Row, read_rows

_LISTS: Final = (
    "items",
    "data",
    "rows",
    "list",
    "records",
    "results",
    "faqs",
    "faq",
    "products",
    "questions",
)
"""What an object around the list may call it."""


def read_json(data: bytes, source: str) -> Loaded:
    """Raises BadRequest when it is neither."""
    text = decode(data, source)
    try:
        value = json.loads(text)
    except RecursionError as error:
        raise BadRequest(f"{source}: is nested too deep; write a list of entries") from error
    except ValueError as error:
        return _by_line(text, source, error)
    return read_objects(_listed(value, source), source)


def read_objects(values: list[Any], source: str) -> Loaded:
    """Objects whose keys are columns."""
    return read_rows(((f"entry {number}", _row(value)) for number, value in enumerate(values, 1)), source)


def _listed(value: Any, source: str) -> list[Any]:
    if isinstance(value, dict):
        value = next((value[key] for key in _LISTS if isinstance(value.get(key), list)), [value])
    if not isinstance(value, list):
        raise BadRequest(f'{source}: is no list of entries; write [{{"question": …, "answer": …}}, …]')
    return value


def _by_line(text: str, source: str, error: ValueError) -> Loaded:
    loaded = read_rows(_lines(text), source)
    if not loaded.items:
        where = f"line {error.lineno}, " if isinstance(error, json.JSONDecodeError) else ""
        raise BadRequest(f"{source}: {where}is no valid JSON; mend it, or save it as CSV")
    return loaded


def _lines(text: str) -> Iterator[tuple[str, Row | BadRow]]:
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield f"line {number}", _parsed(line)


def _parsed(line: str) -> Row | BadRow:
    try:
        return _row(json.loads(line))
    except (ValueError, RecursionError):
        return BadRow("is no valid JSON")


def _row(value: Any) -> Row | BadRow:
    return list(value.items()) if isinstance(value, dict) else BadRow('is no object; write {"question": …}')
