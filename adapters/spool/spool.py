"""The spool as an event loop sees it: what comes in one moment goes to the disk with one fsync."""

from __future__ import annotations

import asyncio
import sqlite3
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

import structlog

from adapters.spool.file import Record
from adapters.spool.folder import SpoolFolder
from bot.channel import Greet, Kept, Wake
from bot.errors import BadRequest, NoRoom, TooMany, Unavailable
from bot.ports import Clock
from bot.store.codec import decode, encode
from bot.types import Message, Opinion

T = TypeVar("T")

log = structlog.get_logger()

_KINDS: Final[dict[str, type[Kept]]] = {kind.__name__: kind for kind in (Message, Opinion, Greet, Wake)}
_DISK: Final = (OSError, sqlite3.Error)
_FULL: Final = "the spool is full"
_AT_ONCE: Final = 200
_MOST_OF_ONE: Final = 200
"""Messages of one conversation, as in the inbox."""


@dataclass(frozen=True, slots=True)
class Spooled:
    """One thing that waits in the spool."""

    record: Record
    item: Kept | None
    """None: it can't be read, being of a newer version."""


@dataclass(frozen=True, slots=True)
class _Arrival:
    record: Record
    written: asyncio.Future[None]


class Spool:
    """Of one gateway process."""

    def __init__(self, folder: Path, *, most_bytes: int, clock: Clock) -> None:
        self.filled = asyncio.Event()
        """Set while something waits."""
        self.trouble = ""
        """Why it takes no more; empty: it does."""
        self.oldest_at: float | None = None
        """Unix seconds, of what waits longest."""
        self._folder = SpoolFolder(folder, most_bytes=most_bytes)
        self._clock = clock
        self._thread = ThreadPoolExecutor(1, "spool")
        self._arrivals: list[_Arrival] = []
        self._writing: asyncio.Task[None] | None = None
        self._of_one: Counter[str] = Counter()
        self._left = 0

    @property
    def depth(self) -> int:
        """How much waits on the disk."""
        return self._left

    @property
    def holds(self) -> bool:
        """True while something waits, or is about to: what comes now has to go behind it."""
        return bool(self._left or self._arrivals or (self._writing and not self._writing.done()))

    async def append(self, item: Kept) -> None:
        """On the disk when this returns. Raises Rejected, and Unavailable when the disk won't take it."""
        try:
            record = Record(self._clock(), type(item).__name__, encode(item))
        except ValueError as error:  # half a surrogate pair
            raise BadRequest(f"the message can't be kept ({type(error).__name__})") from error
        one = str(item.conversation) if isinstance(item, Message) else ""
        if one and self._of_one[one] >= _MOST_OF_ONE:  # one customer must not fill the disk for all
            raise TooMany("too many unanswered messages in this conversation")
        arrival = _Arrival(record, asyncio.get_running_loop().create_future())
        self._arrivals.append(arrival)
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write(), name="spool")
        await arrival.written
        self._of_one[one] += 1

    async def adopt(self) -> int:
        """Take over what dead gateways left on this disk; how much that is."""
        try:
            found = await self._do(self._folder.adopt)
            await self._look()
        except _DISK as error:
            self._can_not(error)
            return 0
        return found

    async def oldest(self, count: int) -> list[Spooled]:
        """What has waited longest. Raises Unavailable."""
        try:
            records = await self._do(lambda: self._folder.oldest(count))
            if not records:
                await self._look()
        except _DISK as error:
            raise Unavailable(f"the spool can't be read ({error})") from error
        return [Spooled(record, _read(record)) for record in records]

    async def passed(self, stored: Sequence[Spooled]) -> None:
        """These, of `oldest`'s, are in the store. Raises Unavailable."""
        try:
            await self._do(lambda: self._folder.passed([spooled.record for spooled in stored]))
            await self._look()
        except _DISK as error:
            raise Unavailable(f"the spool can't be cleared ({error})") from error

    async def refuse(self, spooled: Spooled, reason: str) -> None:
        """The store will never take it. Raises Unavailable."""
        try:
            file = await self._do(lambda: self._folder.refuse(spooled.record))
        except _DISK as error:
            raise Unavailable(f"the spool can't be written ({error})") from error
        log.error(
            "spooled_not_stored",
            kind=spooled.record.kind,
            reason=reason,
            file=str(file),
            mend="see what it is, answer the customer, and delete the file",
        )

    async def bytes(self) -> int:
        """On the disk."""
        try:
            return await self._do(lambda: self._folder.bytes)
        except OSError:
            return 0

    async def close(self) -> None:
        """Finish writing; what is left waits for the next gateway."""
        if self._writing:
            await asyncio.wait([self._writing])
        if self._left:
            log.warning("spool_left", waiting=self._left, mend="the next gateway on this disk stores it")
        await self._do(self._folder.close)
        self._thread.shutdown()

    async def _write(self) -> None:
        while self._arrivals:
            batch, self._arrivals = self._arrivals[:_AT_ONCE], self._arrivals[_AT_ONCE:]
            records = [arrival.record for arrival in batch]
            try:
                left = await self._do(lambda records=records: self._put(records))  # type: ignore[misc]
            except (NoRoom, *_DISK) as error:
                self._can_not(error)
                kind = NoRoom if self.trouble == _FULL else Unavailable
                for arrival in batch:
                    _tell(arrival, kind(f"the store is away, and {self.trouble}"))
            except BaseException:  # cancelled, or a bug: nobody may wait for what does not come
                for arrival in (*batch, *self._arrivals):
                    arrival.written.cancel()
                raise
            else:
                self.trouble = ""
                self._is_left(left)
                if self.oldest_at is None:
                    self.oldest_at = records[0].at
                for arrival in batch:
                    _tell(arrival)

    def _put(self, records: list[Record]) -> int:
        self._folder.append(records)
        return self._folder.left

    async def _look(self) -> None:
        """Bring up to date what is known without asking the disk."""

        def look() -> tuple[int, list[Record]]:
            return self._folder.left, self._folder.oldest(1)

        left, oldest = await self._do(look)
        self._is_left(left)
        self.oldest_at = oldest[0].at if oldest else None

    def _is_left(self, left: int) -> None:
        self._left = left
        if left:
            self.filled.set()
        else:
            self.trouble = ""
            self.filled.clear()
            self._of_one.clear()

    def _can_not(self, error: Exception) -> None:
        full = isinstance(error, NoRoom) or getattr(error, "sqlite_errorname", "") == "SQLITE_FULL"
        trouble = _FULL if full else f"the spool can't be written ({error})"
        if trouble != self.trouble:
            mend = (
                "start Redis, or give the spool room: a disk it may write to, more [server] spool_bytes; "
                "what was set aside in data_dir/spool counts too"
            )
            log.error("spool_takes_no_more", reason=trouble, mend=mend)
        self.trouble = trouble

    async def _do(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)


def _read(record: Record) -> Kept | None:
    try:
        return decode(record.data, _KINDS[record.kind])
    except (KeyError, ValueError):  # msgspec's errors are ValueErrors
        return None


def _tell(arrival: _Arrival, error: Exception | None = None) -> None:
    if arrival.written.done():  # whoever called has given up
        return
    if error:
        arrival.written.set_exception(error)
    else:
        arrival.written.set_result(None)
