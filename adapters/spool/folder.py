"""The files of the spool: this gateway's own, and those that dead ones left on the same disk."""

from __future__ import annotations

import os
import secrets
import sqlite3
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import structlog

from adapters.spool.file import Record, SpoolFile, bytes_for, bytes_in, is_damaged, set_aside
from bot.errors import NoRoom
from bot.store.codec import encode

log = structlog.get_logger()

_SUFFIX: Final = ".db"


class SpoolFolder:
    """The files in the order of their age; what comes in goes into the own one. For one thread."""

    def __init__(self, folder: Path, *, most_bytes: int) -> None:
        """`most_bytes`: of all that lies in the folder, whoever wrote it."""
        self._folder = folder
        self._most_bytes = most_bytes
        self._left: list[SpoolFile] = []
        self._own: SpoolFile | None = None
        self._told: dict[Path, str] = {}

    @property
    def left(self) -> int:
        """Records in all of them."""
        return sum(file.left for file in self._files())

    @property
    def bytes(self) -> int:
        """On the disk."""
        return sum(file.bytes for file in self._files())

    def adopt(self) -> int:
        """Take over what dead gateways left; how many records that is. Raises OSError."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        ours = {file.path for file in self._files()}
        before = self.left
        for path in sorted(self._folder.glob(f"*{_SUFFIX}")):
            if path not in ours:
                self._take_over(path)
        return self.left - before

    def append(self, records: Sequence[Record]) -> None:
        """On the disk when this returns. Raises NoRoom, OSError and sqlite3.Error."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not self._has_room(records):
            for file in self._files():
                file.fold()
            if not self._has_room(records):
                raise NoRoom("the spool is full")
        if self._own is None:
            self._own = SpoolFile.open(self._new_path(), new=True)
            assert self._own is not None, "nobody else knows its name"
        self._own.append(records)

    def oldest(self, count: int) -> list[Record]:
        """The next `count` at most, all of one file; nothing: there is nothing left. Raises OSError."""
        for file in self._files():
            records = file.oldest(count)
            if records:
                return records
            self._drop(file)
        return []

    def passed(self, records: Sequence[Record]) -> None:
        """Those of `oldest`'s that are in the store. Raises OSError."""
        (file,) = (file for file in self._files() if file.path.name == records[0].file)
        file.passed(records)
        if not file.left:
            self._drop(file)

    def refuse(self, record: Record) -> Path:
        """Keep for a person what the store will never take; where. Raises OSError."""
        refused = self._folder / "refused.jsonl"
        refused.touch(mode=0o600)
        with refused.open("ab") as file:
            file.write(encode(record) + b"\n")
        return refused

    def close(self) -> None:
        """What is left waits for the next gateway."""
        for file in self._files():
            file.close()

    def _files(self) -> list[SpoolFile]:
        return [*self._left, *([self._own] if self._own else [])]

    def _has_room(self, records: Sequence[Record]) -> bool:
        return bytes_in(self._folder) + bytes_for(records) <= self._most_bytes

    def _new_path(self) -> Path:
        """So that their names sort by age; no name is ever used again."""
        return self._folder / f"{time.time_ns()}-{os.getpid()}-{secrets.token_hex(4)}{_SUFFIX}"

    def _take_over(self, path: Path) -> None:
        """One that can't be opened stops none of the others. Raises OSError."""
        try:
            file = SpoolFile.open(path, new=False)
        except sqlite3.Error as error:
            if is_damaged(error):
                self._tell_damage(set_aside(path), str(error))
            else:
                self._tell_waiting(path, str(error))
        except OSError as error:
            self._tell_waiting(path, str(error))
        else:
            self._left += [file] if file else []

    def _drop(self, file: SpoolFile) -> None:
        """Nothing is left of it."""
        if file is self._own:
            self._own = None
        else:
            self._left.remove(file)
        if file.lost:
            self._tell_damage(file.set_aside(), "some of it can't be read", file.lost)
        else:
            file.remove()

    def _tell_waiting(self, path: Path, reason: str) -> None:
        """Once for each reason: it is tried again and again."""
        if self._told.get(path) != reason:
            self._told[path] = reason
            mend = "let this user read and write the file, on a disk with room: it is tried again"
            log.error("spool_not_opened", file=str(path), reason=reason, mend=mend)

    def _tell_damage(self, aside: Path, reason: str, lost: int | None = None) -> None:
        mend = "what is whole gets stored; see if the disk is well, and delete the file when done with it"
        log.error("spool_damaged", file=str(aside), messages_lost=lost, reason=reason, mend=mend)
