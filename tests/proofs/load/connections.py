"""HTTP/1.1 as platforms speak it to a door: kept connections, one request at a time on each.

An HTTP client of the usual kind costs as much processor as the door it calls; this one a twentieth.
"""

from __future__ import annotations

import asyncio
import re
from typing import Final, cast

_STATUS: Final = re.compile(rb"HTTP/1\.1 (\d{3})")
_LENGTH: Final = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_END: Final = b"\r\n\r\n"
BROKEN: Final = 0
"""In place of a status."""


class Connections:
    """As many as there are requests under way, up to `most`; each is used again."""

    def __init__(self, host: str, port: int, *, timeout: float, most: int) -> None:
        self._host = host
        self._port = port
        self._timeout = timeout
        self._places = asyncio.Semaphore(most)
        self._idle: list[_Connection] = []

    async def call(self, request: bytes) -> int:
        """The status of the answer. Waiting for a connection counts."""
        try:
            async with asyncio.timeout(self._timeout), self._places:
                connection = await self._one()
                status = await connection.exchange(request)
                if connection.usable:
                    self._idle.append(connection)
                return status
        except (OSError, TimeoutError):
            return BROKEN

    def close(self) -> None:
        """Hang up."""
        for connection in self._idle:
            connection.close()

    async def _one(self) -> _Connection:
        while self._idle:
            if (connection := self._idle.pop()).usable:
                return connection
        loop = asyncio.get_running_loop()
        _, connection = await loop.create_connection(_Connection, self._host, self._port)
        return connection


class _Connection(asyncio.Protocol):
    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._read = b""
        self._answer: asyncio.Future[int] | None = None

    @property
    def usable(self) -> bool:
        return self._transport is not None and not self._transport.is_closing() and self._answer is None

    async def exchange(self, request: bytes) -> int:
        assert self._transport is not None, "connected"
        self._read = b""
        answer: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._answer = answer
        self._transport.write(request)
        try:
            return await answer
        except asyncio.CancelledError:  # its time is up: what comes now belongs to nobody
            self.close()
            raise

    def close(self) -> None:
        if self._transport:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's own is none by name

    def data_received(self, data: bytes) -> None:
        self._read += data
        head, end, body = self._read.partition(_END)
        length, status = _LENGTH.search(head), _STATUS.match(head)
        if end and length and status and len(body) >= int(length[1]):
            self._settle(int(status[1]))

    def connection_lost(self, exc: Exception | None) -> None:
        self._settle(BROKEN)

    def _settle(self, status: int) -> None:
        if self._answer and not self._answer.done():
            self._answer.set_result(status)
        self._answer = None
