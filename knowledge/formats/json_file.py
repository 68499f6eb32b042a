"""FAQ entries as JSON: a list of objects, or one object a line (JSONL)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from bot.errors import BadRequest
from knowledge.documents import Loaded
from knowledge.formats.rows import read_rows
from knowledge.formats.text import decode


def read_json(data: bytes, source: str) -> Loaded:
    """Raises BadRequest when it is neither."""
    text = decode(data, source)
    try:
        return read_rows(_whole(text, source), source)
    except (ValueError, RecursionError):
        return _by_line(text, source)


def _whole(text: str, source: str) -> list[tuple[str, Mapping[str, Any]]]:
    value = json.loads(text)
    rows = value.get("items", [value]) if isinstance(value, dict) else value
    if not isinstance(rows, list):
        raise BadRequest(f'{source}: is no list of entries; write [{{"question": …, "answer": …}}, …]')
    return [(f"entry {number}", _object(row)) for number, row in enumerate(rows, 1)]


def _by_line(text: str, source: str) -> Loaded:
    loaded = read_rows(_lines(text), source)
    if not loaded.items:
        raise BadRequest(f"{source}: is no valid JSON; mend it, or save it as CSV")
    return loaded


def _lines(text: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                yield f"line {number}", _object(json.loads(line))
            except (ValueError, RecursionError):
                yield f"line {number}", {}


def _object(row: Any) -> Mapping[str, Any]:
    return row if isinstance(row, dict) else {}
