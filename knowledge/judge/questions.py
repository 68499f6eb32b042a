"""From files of questions to cases: JSONL, or a table (CSV, TSV) with the same names above its columns."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bot.errors import BadRequest, Rejected, TooLarge
from knowledge.formats.encoding import decode
from knowledge.judge.cases import BadQuestion, Case
from knowledge.judge.rows import case_of, names_question
from knowledge.load import File, bytes_of

QUESTIONS: Final = 20_000
"""In all files. The bundled model takes some minutes for so many."""
_TABLES: Final = (".csv", ".tsv")
_LINES: Final = (".jsonl",)


@dataclass(frozen=True, slots=True)
class Questions:
    """What the files ask, and what is wrong with them, each a line."""

    cases: tuple[Case, ...]
    problems: tuple[str, ...] = ()
    """What was meant to be asked and is not."""
    notes: tuple[str, ...] = ()


def read(paths: Iterable[Path], *, titles: Mapping[str, str] | None = None) -> Questions:
    """All files together. One that can't be read at all, and each bad line, is a problem and stops nothing.

    `titles` by the ids that `gold_id` names. Raises TooLarge.
    """
    cases: dict[tuple[str, ...], Case] = {}
    problems: list[str] = []
    twice = 0
    for path in paths:
        for place, row in _rows(path):
            try:
                if isinstance(row, BadQuestion):
                    raise row
                case = case_of(row, titles or {})
            except (BadQuestion, Rejected) as error:
                problems.append(f"{place}: {error}")
                continue
            twice += cases.setdefault(case.key, case) is not case
            if len(cases) > QUESTIONS:
                raise TooLarge(f"{name_of(path)}: there are over {QUESTIONS} questions; ask some of them")
    notes = (f"asked twice, and counted once: {twice}",) if twice else ()
    return Questions(tuple(cases.values()), tuple(problems), notes)


def name_of(path: Path) -> str:
    """One that can be printed and written down: out of a ZIP that Windows made, it may be no UTF-8."""
    return path.name.encode(errors="replace").decode()


def _rows(path: Path) -> Iterator[tuple[str, dict[str, Any] | BadQuestion]]:
    """Rows with their places ("questions.csv, line 3")."""
    name = name_of(path)
    try:
        ending = path.suffix.lower()
        if ending not in (*_TABLES, *_LINES):
            raise BadRequest(f"is of no kind that can be read ({', '.join((*_LINES, *_TABLES))})")
        text = decode(bytes_of(File(path, name)), name)
        yield from (_cells(text, name) if ending in _TABLES else _objects(text, name))
    except Rejected as error:
        yield name, BadQuestion(str(error).removeprefix(f"{name}: "))


def _objects(text: str, name: str) -> Iterator[tuple[str, dict[str, Any] | BadQuestion]]:
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield f"{name}, line {number}", _parsed(line)


def _parsed(line: str) -> dict[str, Any] | BadQuestion:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return BadQuestion("is no valid JSON; write an object a line")
    return value if isinstance(value, dict) else BadQuestion('is no object; write {"question": …, "gold": …}')


def _cells(text: str, name: str) -> Iterator[tuple[str, dict[str, Any] | BadQuestion]]:
    lines = text.split("\n")
    csv.field_size_limit(max(len(text), 1))  # a cell that is too long is one bad row
    delimiter = max("\t,;", key=lambda one: names_question(next(csv.reader(lines[:1], delimiter=one), [])))
    reader = csv.reader((f"{line}\n" for line in lines), delimiter=delimiter, strict=True)
    start = 1
    try:
        header = next(reader)
        if not names_question(header):
            raise BadRequest("its first row does not name the columns; write question and gold above them")
        start = reader.line_num + 1
        for row in reader:
            place, start = f"{name}, line {start}", reader.line_num + 1
            if len(row) > len(header):
                yield place, BadQuestion("has more cells than columns; put quotes around a text with commas")
            elif any(map(str.strip, row)):
                yield place, dict(zip(header, row, strict=False))
    except csv.Error:
        told = "has a quote that is never closed, or one inside a cell; what stands behind it was not read"
        yield f"{name}, line {start}", BadQuestion(told)
