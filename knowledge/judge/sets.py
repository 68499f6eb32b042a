"""Knowledge that comes with its questions: entries by ids, as public question sets have them (JSONL)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from bot.errors import BadRequest
from knowledge.documents import Item, Loaded, entry
from knowledge.formats import limits
from knowledge.formats.encoding import decode
from knowledge.formats.json_file import read_json
from knowledge.load import File, bytes_of

ENDING: Final = ".jsonl"
_WORDINGS: Final = 1000
"""Of an entry: sets of intents have more than anybody writes down."""


def read(path: Path) -> tuple[Loaded, dict[str, str]]:
    """The entries, and their titles by id; without an id, as an import reads it.

    Raises BadRequest and TooLarge.
    """
    data, name = bytes_of(File(path, path.name)), path.name
    rows = [
        (f"line {number}", _parsed(line))
        for number, line in enumerate(decode(data, name).split("\n"), 1)
        if line.strip()
    ]
    if not any("id" in row for _, row in rows):
        return read_json(data, name), {}
    items: dict[str, Item] = {}
    problems: list[str] = []
    for place, row in rows:
        try:
            key = _text(row, "id")
            items[key] = _entry(row, name, place)
        except BadRequest as error:
            problems.append(f"{name}, {place}: {error}")
    return Loaded(tuple(items.values()), tuple(problems)), {one: item.title for one, item in items.items()}


def _parsed(line: str) -> Mapping[str, Any]:
    """Nothing where it is no object."""
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return row if isinstance(row, dict) else {}


def _entry(row: Mapping[str, Any], source: str, place: str) -> Item:
    """Some have no answer: what it says is not measured. Some call other wordings examples."""
    others = [*_listed(row.get("similar")), *_listed(row.get("examples"))]
    wordings = [told for one in others if isinstance(one, str) and (told := _clean(one))]
    answer = _text(row, "answer") if row.get("answer") else ""
    made = entry(_text(row, "question"), wordings, answer, source=source, place=place)
    if max(map(len, made.wordings)) > limits.QUESTION_CHARS or len(answer) > limits.ANSWER_CHARS:
        raise BadRequest(
            f"has a question of more than {limits.QUESTION_CHARS} characters, or an answer of more than "
            f"{limits.ANSWER_CHARS}"
        )
    if len(made.wordings) > _WORDINGS:
        raise BadRequest(f"has more than {_WORDINGS} wordings")
    return made


def _text(row: Mapping[str, Any], key: str) -> str:
    value = row.get(key)
    if not isinstance(value, str | int) or not _clean(str(value)):
        raise BadRequest(f"has no {key} that is a text")
    return _clean(str(value))


def _clean(value: str) -> str:
    """Without half an emoji, which JSON can hold."""
    return value.encode(errors="ignore").decode().strip()


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
