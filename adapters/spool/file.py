"""One file of the spool: what was acknowledged and is not in the store yet, in the order in which it came.

SQLite, as a disk that fills up and a write that a power loss cuts short are its daily bread. It only ever
grows, and is deleted when all of it was replayed: whoever dies in the middle leaves the next one to begin
again, and the inbox knows what it has.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import structlog
from filelock import FileLock, Timeout

log = structlog.get_logger()

_PAGE: Final = 4096
_FRAME: Final = 24 + _PAGE
"""Of SQLite's write-ahead log (sqlite.org/fileformat2.html, 4.1), behind a header of `_HEADER` bytes."""
_HEADER: Final = 32
_LOG: Final = "-wal"
_TREE: Final = 8
"""Pages that change with each write, be it small: the first one, the counter's, the tables' upper ones."""
_PER_PAGE: Final = 64
"""Of its bytes, for what stands around a record."""
_SETTINGS: Final = (
    "PRAGMA writable_schema = ON",  # a file that was cut is read as far as it goes
    f"PRAGMA page_size = {_PAGE}",
    "PRAGMA locking_mode = EXCLUSIVE",  # nobody else has it: so no shared memory, and a network disk will do
    "PRAGMA journal_mode = WAL",  # one fsync for what came in a moment
    "PRAGMA synchronous = FULL",  # and that before we say 200
    "PRAGMA journal_size_limit = 0",
)
_TABLE: Final = """\
CREATE TABLE IF NOT EXISTS kept (
  id INTEGER PRIMARY KEY AUTOINCREMENT, at REAL NOT NULL, kind TEXT NOT NULL, data BLOB NOT NULL
)"""

_NEXT: Final = "SELECT at, kind, data, id FROM kept WHERE id > ? ORDER BY id LIMIT ?"


@dataclass(frozen=True, slots=True)
class Record:
    """One thing that was kept."""

    at: float
    """Unix seconds."""
    kind: str
    data: bytes
    id: int = 0
    """Its place in the file, from 1; given by the file."""
    file: str = ""
    """The file's name; given by the file."""


class SpoolFile:
    """Locked against all other processes while it is open. To be used by one thread."""

    def __init__(self, path: Path, lock: FileLock) -> None:
        self.path = path
        self._lock = lock
        self._log = _log_of(path)
        found = self._log.stat().st_size if self._log.exists() else 0
        path.touch(mode=0o600)  # SQLite gives what it puts beside it the same rights
        with ExitStack() as undo:
            self._db = sqlite3.connect(path)
            undo.callback(self._db.close)
            for setting in _SETTINGS:
                self._db.execute(setting)
            self._tell_a_cut(found)
            self._db.execute(_TABLE)
            self._position = self._passed = 0
            self._last = self._highest()
            undo.pop_all()

    @classmethod
    def open(cls, path: Path, *, new: bool) -> SpoolFile | None:
        """A new one, or one that a dead gateway left; None while another has it.

        Raises OSError and sqlite3.Error.
        """
        lock_path = path.with_suffix(".lock")
        lock = FileLock(lock_path, mode=0o600)
        try:
            lock.acquire(blocking=False)
        except Timeout:
            return None
        try:
            if new or path.exists():  # else whoever had it was done with it
                return cls(path, lock)
        except BaseException:
            lock.release()
            raise
        lock_path.unlink(missing_ok=True)
        lock.release()
        return None

    @property
    def left(self) -> int:
        """Records that were not passed yet."""
        return self._last - self._position

    @property
    def lost(self) -> int:
        """Records that could not be read; known when nothing is left."""
        return self._last - self._passed

    @property
    def bytes(self) -> int:
        """On the disk."""
        return sum(file.stat().st_size for file in (self.path, self._log) if file.exists())

    def append(self, records: Sequence[Record]) -> None:
        """All of them or none, and on the disk when this returns. Raises sqlite3.Error."""
        with self._db:
            self._db.executemany(
                "INSERT INTO kept (at, kind, data) VALUES (?, ?, ?)",
                [(record.at, record.kind, record.data) for record in records],
            )
        self._last += len(records)

    def fold(self) -> None:
        """Make the log's room free: what is in it goes to its place in the file. Raises sqlite3.Error."""
        self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()

    def oldest(self, count: int) -> list[Record]:
        """The next `count` at most. What can't be read is passed over, and `lost`."""
        while self.left > 0:
            found = self._readable(count)
            if found:
                return found
            self._position += 1
        return []

    def passed(self, records: Sequence[Record]) -> None:
        """These are in the store."""
        self._position = records[-1].id
        self._passed += len(records)

    def remove(self) -> None:
        """Customers' words stay no longer than they must. Raises OSError."""
        self._db.close()
        for file in (self.path, self._log, self.path.with_suffix(".lock")):
            file.unlink(missing_ok=True)
        self._lock.release()

    def set_aside(self) -> Path:
        """Out of the way, for a person to look at; where to. Raises OSError."""
        self.close()
        return set_aside(self.path)

    def close(self) -> None:
        """Leave it to the next gateway."""
        with suppress(sqlite3.Error):  # what was promised is on the disk
            self._db.close()
        self._lock.release()

    def _readable(self, count: int) -> list[Record]:
        """Up to the first one that is torn; of a page that was cut, SQLite makes rows of nothing."""
        found: list[Record] = []
        with suppress(sqlite3.Error):
            for at, kind, data, id_ in self._db.execute(_NEXT, (self._position, count)):
                record = Record(at, kind, data, id_, self.path.name)
                if record.id <= self._position or not isinstance(record.data, bytes):
                    break
                found.append(record)
        return found

    def _highest(self) -> int:
        row = self._db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'kept'").fetchone()
        return int(row[0]) if row else 0

    def _tell_a_cut(self, found: int) -> None:
        """SQLite passes over what is not whole at the end of its log, and says nothing."""
        _, frames, _ = self._db.execute("PRAGMA wal_checkpoint").fetchone()
        lost = found - (_HEADER + frames * _FRAME)
        if found and lost > 0:
            log.error("spool_was_cut", file=self.path.name, bytes=lost, mend="see if the disk is well")


def set_aside(path: Path) -> Path:
    """A file that nobody has open, out of the way with all that belongs to it. Raises OSError."""
    aside = path.with_suffix(".damaged")
    path.with_suffix(".lock").unlink(missing_ok=True)
    for file in (path, _log_of(path)):  # without its log it would be an older one, or an empty one
        if file.exists():
            file.rename(aside.with_name(file.name.replace(path.name, aside.name)))
    return aside


def bytes_in(folder: Path) -> int:
    """Of all files there, whoever wrote them. Raises OSError.

    A write-ahead log counts twice: what is in it will be in its file, too, before it shrinks.
    """
    sizes = 0
    for file in folder.iterdir():
        with suppress(FileNotFoundError):  # another gateway is done with it
            sizes += file.stat().st_size * (2 if file.name.endswith(_LOG) else 1)
    return sizes


def bytes_for(records: Sequence[Record]) -> int:
    """The most that writing these comes to, counted likewise."""
    pages = _TREE + sum(2 + len(record.data) // (_PAGE - _PER_PAGE) for record in records)
    return 2 * (_HEADER + pages * _FRAME)


def is_damaged(error: sqlite3.Error) -> bool:
    """What is in the file is wrong. Else the disk is full, or away: the file may be well again."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def _log_of(path: Path) -> Path:
    return path.with_name(path.name + _LOG)
