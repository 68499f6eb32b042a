"""Pictures in a folder that all gateways and workers share.

<folder>/<owner, hashed>-<first half of the content's SHA-256>.<type>
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final, TypeVar

from adapters.webchat.uploads import EXTENSIONS
from bot.channel import Blob
from bot.errors import Refused, Unavailable
from bot.ports import Clock

_NAME: Final = re.compile(r"[0-9a-f]{32}\.(?:png|jpg|gif|webp)")
_TYPES: Final = {extension: content_type for content_type, extension in EXTENSIONS.items()}
_HEX: Final = 32
Result = TypeVar("Result")


class FolderUploads:
    """`Uploads` on a file system.

    What is used is counted at each `tidy`, and what this process adds until the next; what other processes
    add meanwhile is not, so the limit may be passed by that much.
    """

    def __init__(self, folder: Path, *, hours: float, most_bytes: int, clock: Clock) -> None:
        self._folder = folder
        self._life = hours * 3600
        self._most_bytes = most_bytes
        self._clock = clock
        self._used: int | None = None
        self._lock = asyncio.Lock()

    async def put(self, owner: str, picture: Blob) -> str:
        """Keep it; its name. Raises Unavailable, also when there is no room left."""
        async with self._lock:
            return await self._away(lambda: self._put(owner, picture))

    async def has(self, owner: str, name: str) -> bool:
        """Whether it is there, and theirs. Raises Unavailable."""
        return await self._away(lambda: self._path(owner, name).is_file())

    async def get(self, owner: str, name: str, *, most: int) -> Blob:
        """Its bytes. Raises Unavailable, or Refused (gone, not theirs, or too big)."""
        data = await self._away(lambda: _read(self._path(owner, name), most + 1))
        if data is None:
            raise Refused("the picture is not kept any more")
        if len(data) > most:
            raise Refused("the picture is too big")
        return Blob(data, _TYPES[name.rpartition(".")[2]])

    async def tidy(self) -> None:
        """Let go of what was kept for long enough, and count the rest. Raises Unavailable."""
        async with self._lock:
            self._used = await self._away(self._tidy)

    def _put(self, owner: str, picture: Blob) -> str:
        digest = hashlib.sha256(picture.data).hexdigest()[:_HEX]
        name = f"{digest}.{EXTENSIONS[picture.content_type]}"
        path = self._path(owner, name)
        now = self._clock()
        if path.is_file():
            os.utime(path, (now, now))
            return name
        used = self._tidy() if self._used is None else self._used
        if used + len(picture.data) > self._most_bytes:
            raise Unavailable(f"{self._folder} is full ({used} bytes of pictures)")
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write(path, picture.data, now)
        self._used = used + len(picture.data)
        return name

    def _tidy(self) -> int:
        """The bytes that are left."""
        if not self._folder.is_dir():
            return 0
        left = 0
        with os.scandir(self._folder) as entries:
            for entry in entries:
                left += self._keep(entry)
        return left

    def _keep(self, entry: os.DirEntry[str]) -> int:
        """Its size; 0 when it was kept for long enough, and is gone."""
        with suppress(FileNotFoundError):  # another process tidies too
            stat = entry.stat()
            if self._clock() - stat.st_mtime <= self._life:
                return stat.st_size
            Path(entry).unlink()
        return 0

    def _path(self, owner: str, name: str) -> Path:
        """Where it would be. A name that is none of ours leads to a file that is never there."""
        safe = name if _NAME.fullmatch(name) else "none"
        return self._folder / f"{hashlib.sha256(owner.encode()).hexdigest()[:_HEX]}-{safe}"

    async def _away(self, work: Callable[[], Result]) -> Result:
        """Do it off the loop: a shared folder may be slow. Raises Unavailable."""
        try:
            return await asyncio.to_thread(work)
        except OSError as error:
            raise Unavailable(f"{self._folder} can't be used ({error.strerror})") from error


def _write(path: Path, data: bytes, now: float) -> None:
    """All or nothing. By a random name first: containers that share the folder may share a process id too."""
    draft = path.with_suffix(f".{secrets.token_hex(8)}.part")
    try:
        draft.write_bytes(data)
        os.utime(draft, (now, now))
        draft.replace(path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise


def _read(path: Path, most: int) -> bytes | None:
    """Its first bytes, `most` of them at most; None when there is no such file."""
    try:
        with path.open("rb") as file:
            return file.read(most)
    except FileNotFoundError:
        return None
