"""Knowledge that comes with its questions: entries by ids, as public question sets have them (JSONL)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from knowledge.documents import Loaded
from knowledge.formats import limits
from knowledge.formats.encoding import decode
from knowledge.formats.json_file import read_objects
from knowledge.load import File, bytes_of

ENDING: Final = ".jsonl"


def read(path: Path) -> tuple[Loaded, dict[str, str]]:
    """The entries, and their titles by id. Raises BadRequest and TooLarge."""
    text = decode(bytes_of(File(path, path.name)), path.name)
    rows = [_parsed(line) for line in text.split("\n") if line.strip()]
    named = [row for row in rows if isinstance(row, dict) and isinstance(row.get("question"), str)]
    titles = {str(row["id"]): row["question"] for row in named if "id" in row}
    return read_objects([_filled(row) for row in rows], path.name), titles


def _parsed(line: str) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def _filled(row: Any) -> Any:
    """Some sets have questions alone, and call other wordings examples. What answers say is not measured."""
    if not isinstance(row, dict) or "question" not in row:
        return row
    wordings = [*_listed(row.get("similar")), *_listed(row.get("examples"))]
    answer = row.get("answer") or row["question"]
    return {"question": row["question"], "answer": answer, "similar": wordings[: limits.WORDINGS]}


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value] if value else []
