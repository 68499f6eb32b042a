"""Where media are kept for some days: a folder a tenant, and in it a folder a day.

    data_dir/media/shop/2026-03-01/<sha256 of the content>.jpg
    data_dir/media/shop/2026-03-01/<sha256 of the message's id and the number>.of    names the one above

The second lets a turn that is tried again find what it fetched. The day is the message's own. Everything
here blocks for as long as a disk does: call it from a thread.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

import structlog

from adapters.media.sniff import by_extension
from bot.channel import Blob
from bot.ports import Clock
from bot.settings import MediaSettings
from bot.types import Message

log = structlog.get_logger()

_FOLDER: Final = 0o700
_FILE: Final = 0o600


class Shelf:
    """Kept by days: what is older goes (`tidy`), and with `keep_days` 0 nothing is kept at all."""

    def __init__(self, folder: Path, settings: MediaSettings, clock: Clock) -> None:
        self._folder = folder
        self._days = settings.keep_days
        self._most = settings.keep_bytes
        self._clock = clock

    def find(self, message: Message, number: int) -> Blob | None:
        """What was put there under this message and number."""
        folder = self._of(message)
        try:
            path = folder / Path((folder / _note(message, number)).read_text(encoding="ascii")).name
            known = by_extension(path.suffix[1:])
            return Blob(path.read_bytes(), known.content_type) if known else None
        except (OSError, UnicodeDecodeError):  # not kept, or tidied away
            return None

    def put(self, message: Message, number: int, blob: Blob, extension: str) -> None:
        """Keep it. A full disk is no reason to leave a customer without an answer: it is logged."""
        if not self._days:
            return
        folder = self._of(message)
        name = f"{hashlib.sha256(blob.data).hexdigest()}.{extension}"
        try:
            folder.mkdir(mode=_FOLDER, parents=True, exist_ok=True)
            _write(folder / name, blob.data)
            _write(folder / _note(message, number), name.encode())
        except OSError as error:
            log.warning("media_not_kept", reason=error.strerror)

    def tidy(self) -> int:
        """Delete what is too old, and the oldest of what is too much; the bytes that are left.

        Several processes may do so at once: what is gone is gone.
        """
        today, sizes = self._today(), dict[Path, int]()
        for day, folder in sorted(self._day_folders()):
            if (today - day).days >= self._days:
                _delete(folder, "old")
            else:
                sizes[folder] = _size(folder)
        for folder in list(sizes):
            if sum(sizes.values()) <= self._most:
                break
            _delete(folder, "too much")
            del sizes[folder]
        return sum(sizes.values())

    def _of(self, message: Message) -> Path:
        """No platform's clock names a day to come: that folder would never be old."""
        at = min(message.sent_at, self._clock())
        day = datetime.fromtimestamp(max(at, 0.0), UTC).date()
        return self._folder / message.conversation.tenant / day.isoformat()

    def _today(self) -> date:
        return datetime.fromtimestamp(self._clock(), UTC).date()

    def _day_folders(self) -> Iterator[tuple[date, Path]]:
        """Of all tenants, also of those that are no longer configured."""
        for folder in self._folder.glob("*/*"):
            try:
                yield date.fromisoformat(folder.name), folder
            except ValueError:
                continue  # not one of ours


def _note(message: Message, number: int) -> str:
    key = f"{message.conversation}\n{message.id}\n{number}"
    return f"{hashlib.sha256(key.encode(errors='replace')).hexdigest()}.of"


def _write(path: Path, data: bytes) -> None:
    """All or nothing; nobody else may read it."""
    draft = path.with_name(f".{secrets.token_hex(8)}")
    with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _FILE), "wb") as file:
        file.write(data)
    draft.replace(path)


def _delete(folder: Path, why: str) -> None:
    shutil.rmtree(folder, ignore_errors=True)  # another process may be at it
    log.info("media_deleted", tenant=folder.parent.name, day=folder.name, why=why)


def _size(folder: Path) -> int:
    total = 0
    for path in folder.glob("*"):
        try:
            total += path.stat().st_size
        except OSError:
            continue  # gone meanwhile
    return total
