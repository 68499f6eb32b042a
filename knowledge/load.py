"""From files and folders to items."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.errors import BadRequest, TooLarge
from knowledge.documents import Loaded
from knowledge.formats import limits
from knowledge.formats.json_file import read_json
from knowledge.formats.markdown import read_markdown
from knowledge.formats.table import read_csv, read_xlsx
from knowledge.formats.text import read_questions

READERS: Final[dict[str, Callable[[bytes, str], Loaded]]] = {
    ".txt": read_questions,
    ".csv": read_csv,
    ".xlsx": read_xlsx,
    ".json": read_json,
    ".jsonl": read_json,
    ".md": read_markdown,
    ".markdown": read_markdown,
}


@dataclass(frozen=True, slots=True)
class File:
    """A file of knowledge, and what it is called wherever its items came from is told."""

    path: Path
    name: str
    """Its own name; below a folder, the way there from the folder."""


def files(path: Path) -> Iterator[File]:
    """The file itself, or every file below a folder that can be read, in the order of their names.

    Raises BadRequest when there is nothing.
    """
    try:
        if path.is_file():
            yield File(path, path.name)
            return
        if not path.is_dir():
            raise BadRequest(f"{path}: there is no such file or folder")
        found = [file for file in sorted(path.rglob("*")) if _is_meant(file) and file.is_file()]
    except OSError as error:
        raise BadRequest(f"{path}: can't be opened ({error.strerror})") from error
    if not found:
        raise BadRequest(f"{path}: holds no file of a kind that can be read ({', '.join(READERS)})")
    yield from (File(file, file.relative_to(path).as_posix()) for file in found)


def load(file: File) -> Loaded:
    """What one file holds. Raises BadRequest or TooLarge when it can't be read at all."""
    reader = READERS.get(file.path.suffix.lower())
    if reader is None:
        raise BadRequest(f"{file.name}: can't be read; kinds that can be: {', '.join(READERS)}")
    if file.name != file.name.encode(errors="ignore").decode():  # out of a ZIP that Windows made, say
        raise BadRequest(f"{file.name!a}: is no name in UTF-8; rename it")
    try:
        if file.path.stat().st_size > limits.FILE_BYTES:
            raise TooLarge(f"{file.name}: is over {limits.FILE_BYTES >> 20} MB; split it")
        data = file.path.read_bytes()
    except OSError as error:
        raise BadRequest(f"{file.name}: can't be opened ({error.strerror})") from error
    if not data.strip():
        raise BadRequest(f"{file.name}: is empty")
    return reader(data, file.name)


def _is_meant(file: Path) -> bool:
    """Hidden files are not, nor the notes that Excel leaves beside a workbook while it is open."""
    return file.suffix.lower() in READERS and not file.name.startswith((".", "~$"))
