"""From files and folders to items. Reading is over before anything is indexed: what can't be read whole is
refused whole, and what it gave before stays."""

from __future__ import annotations

import os
import stat
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from bot.errors import BadRequest, Rejected, TooLarge
from knowledge.apart import Apart
from knowledge.documents import Loaded
from knowledge.formats import limits
from knowledge.formats.encoding import decoded
from knowledge.kinds import BY_ENDING, READABLE, Kind, kind_of, read

_SMALL_BYTES: Final = 64 * 1024
"""A text of that size is read in this process: no form of it takes long."""
_TOLD: Final = 20
"""Of the problems of a file in which nothing was right."""
_UTF8: Final = "utf-8"


@dataclass(frozen=True, slots=True)
class File:
    """A file of knowledge, and what it is called wherever its items came from is told."""

    path: Path
    name: str
    """Its own name; below a folder, the way there from the folder."""
    within: Path | None = None
    """The folder that it was found in, and that a link may not lead out of."""


def files(path: Path) -> Iterator[File]:
    """The file itself, or every file below a folder that can be read, in the order of their names.

    Raises BadRequest when there is nothing.
    """
    try:
        if not path.exists():
            raise BadRequest(f"{path}: there is no such file or folder")
        if not path.is_dir():
            yield File(path, path.name)
            return
        found = [file for file in _below(path) if file.suffix.lower() in BY_ENDING and not file.is_dir()]
    except OSError as error:
        raise BadRequest(f"{path}: can't be opened ({error.strerror})") from error
    if not found:
        raise BadRequest(f"{path}: holds no file of a kind that can be read ({READABLE})")
    yield from (File(file, file.relative_to(path).as_posix(), path) for file in found)


def passed_over(path: Path) -> str:
    """A line on what lies in a folder and is of no kind that can be read; empty when there is none."""
    others = (file for file in _below(path) if file.suffix.lower() not in BY_ENDING and file.is_file())
    counts = Counter(file.suffix.lower() or "no ending" for file in others)
    told = ", ".join(f"{count} of {ending}" for ending, count in sorted(counts.items()))
    return f"{path}: passed over {told}; kinds that can be read: {READABLE}" if told else ""


def load_all(files: Iterable[File]) -> Iterator[tuple[File, Loaded | Rejected]]:
    """What each file holds, or why it can't be read. Beyond the limits for all, none is read any more."""
    read_bytes = read_items = 0
    until = time.monotonic() + limits.IN_ALL_S
    with Apart() as apart:
        for count, file in enumerate(files, 1):
            try:
                _check_all(file, count, read_bytes, read_items, until)
                data = bytes_of(file)
                loaded = _loaded(file, data, apart)
            except Rejected as error:
                yield file, error
                continue
            read_bytes += len(data)
            read_items += len(loaded.items)
            yield file, loaded


def load(file: File) -> Loaded:
    """What one file holds. Raises BadRequest or TooLarge when it can't be read at all."""
    with Apart() as apart:
        return _loaded(file, bytes_of(file), apart)


def _loaded(file: File, data: bytes, apart: Apart) -> Loaded:
    kind = kind_of(data, file.path.suffix.lower(), file.name)
    if len(data) > kind.most_bytes:
        raise TooLarge(f"{file.name}: is over {kind.most_bytes >> 20} MB; split it")
    is_plain = kind.is_text and len(data) <= _SMALL_BYTES
    loaded = read(kind, data, file.name) if is_plain else apart.read(kind, data, file.name)
    if loaded.problems and not loaded.items:  # what the file gave before is not dropped for that
        raise BadRequest("\n".join(loaded.problems[:_TOLD]))
    return replace(loaded, notes=(*_notes(kind, file, data, loaded), *loaded.notes))


def _notes(kind: Kind, file: File, data: bytes, loaded: Loaded) -> Iterator[str]:
    if not loaded.items:
        yield f"{file.name}: holds nothing that could be an answer"
    if file.path.suffix.lower() not in kind.endings:
        yield f"{file.name}: is {kind.called}, whatever its name says, and was read as one"
    if kind.is_text and not kind.names_encoding:
        encoding, _ = decoded(data, file.name)
        if encoding != _UTF8:
            yield f"{file.name}: read as {encoding.upper()}"


def _check_all(file: File, count: int, read_bytes: int, read_items: int, until: float) -> None:
    beyond = {
        f"there are over {limits.IN_ALL_FILES} files": count > limits.IN_ALL_FILES,
        f"all are over {limits.IN_ALL_BYTES >> 20} MB": read_bytes > limits.IN_ALL_BYTES,
        f"all hold over {limits.IN_ALL_ITEMS} items": read_items > limits.IN_ALL_ITEMS,
        f"all take over {limits.IN_ALL_S / 60:.0f} minutes to read": time.monotonic() > until,
    }
    for why, is_beyond in beyond.items():
        if is_beyond:
            raise TooLarge(f"{file.name}: was left out, as {why}; import some alone")


def bytes_of(file: File) -> bytes:
    """Raises BadRequest and TooLarge."""
    name = file.name
    if name != name.encode(errors="ignore").decode():  # out of a ZIP that Windows made, say
        raise BadRequest(f"{name!a}: is no name in UTF-8; rename it")
    kind = BY_ENDING.get(file.path.suffix.lower())
    most = kind.most_bytes if kind else limits.FILE_BYTES
    try:
        if file.within and not file.path.resolve(strict=True).is_relative_to(file.within.resolve()):
            raise BadRequest(f"{name}: is a link that leads out of its folder; put the file itself there")
        data = _read_up_to(most + 1, file)
    except RuntimeError as error:  # pathlib's word for it until Python 3.13
        raise BadRequest(f"{name}: can't be opened (a link that leads to itself)") from error
    except OSError as error:
        raise BadRequest(f"{name}: can't be opened ({error.strerror})") from error
    if len(data) > most:
        raise TooLarge(f"{name}: is over {most >> 20} MB; split it")
    if not data.strip():
        raise BadRequest(f"{name}: is empty; take it out, or write into it")
    return data


def _read_up_to(most: int, file: File) -> bytes:
    """A pipe or a device has no end, and may keep who opens it waiting: it is looked at before it is read."""
    descriptor = os.open(file.path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    with os.fdopen(descriptor, "rb") as opened:
        told = os.fstat(descriptor)
        if not stat.S_ISREG(told.st_mode):
            raise BadRequest(
                f"{file.name}: is no file but a folder, a pipe or a device; save what it gives as a file"
            )
        if told.st_size >= most:
            raise TooLarge(f"{file.name}: is over {most - 1 >> 20} MB; split it")
        return opened.read(most)


def _below(path: Path) -> list[Path]:
    """Hidden files and folders are not meant, nor the notes that Excel leaves beside an open workbook."""
    if not path.is_dir():
        return []
    found = []
    for folder, below, names in os.walk(path, onerror=_raised):
        below[:] = [name for name in below if not _is_hidden(name)]
        found += [Path(folder, name) for name in names if not (_is_hidden(name) or name.startswith("~$"))]
    return sorted(found)


def _is_hidden(name: str) -> bool:
    """`lost+found` is the file system's own, and for nobody else to read."""
    return name.startswith(".") or name == "lost+found"


def _raised(error: OSError) -> None:
    """A folder that can't be read for a moment is not empty: what it gave would be dropped."""
    raise error
