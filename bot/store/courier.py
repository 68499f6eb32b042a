"""Scripts called in one moment go to the store in one round trip.

A door at its peak has hundreds of messages in hand. Each alone would cost a round trip of its own, most of
it spent here, on the client's side; together they cost little more than one. A lone call waits for no other.

The trip is our own, as redis-py's pipeline packs in Python and sets a time limit for each answer, which
costs a door more than the store does: here hiredis packs, and one limit holds for a trip.
"""

from __future__ import annotations

import asyncio
import math
import weakref
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final

import hiredis
from redis.asyncio import Redis
from redis.asyncio.connection import AbstractConnection, ConnectionPoolInterface
from redis.exceptions import NoScriptError, ReadOnlyError, ResponseError
from redis.exceptions import TimeoutError as RedisTimeoutError

Argument = str | bytes | int

_MOST: Final = 200
"""Calls of one round trip: more would keep the others waiting."""


@dataclass(slots=True)
class _Call:  # not frozen: one is made for each call
    command: tuple[Any, ...]
    """Of str, bytes and int."""
    packed: bytes
    """Before it travels: what can't be packed must trouble nobody but its caller."""
    source: str
    """Of the script that it calls; empty: it calls none."""
    answer: asyncio.Future[Any]

    def in_full(self) -> bytes:
        """The same packed, with the script itself in place of its hash."""
        return _packed(("EVAL", self.source, *self.command[2:]))


class Courier:
    """Carries the calls of one client."""

    _known: ClassVar[weakref.WeakKeyDictionary[Redis, Courier]] = weakref.WeakKeyDictionary()

    def __init__(self, client: Redis) -> None:
        self._client: Redis = weakref.proxy(client)  # it is the key that we are known by
        self._waiting: list[_Call] = []
        self._under_way: asyncio.Task[None] | None = None

    @classmethod
    def of(cls, client: Redis) -> Courier:
        """The one of this client."""
        return cls._known.setdefault(client, cls(client))

    def run(
        self, source: str, hash_: str, keys: Sequence[str], arguments: Sequence[Argument]
    ) -> Awaitable[Any]:
        """The script's answer. Raises RedisError and OSError, as redis-py does."""
        return self._take(("EVALSHA", hash_, len(keys), *keys, *arguments), source)

    def call(self, *command: Argument) -> Awaitable[Any]:
        """A command's answer. Raises the same."""
        return self._take(command)

    def _take(self, command: tuple[Argument, ...], source: str = "") -> Awaitable[Any]:
        packed = _packed(command)
        answer = asyncio.get_running_loop().create_future()
        self._waiting.append(_Call(command, packed, source, answer))
        if self._under_way is None or self._under_way.done():
            self._under_way = asyncio.create_task(self._carry(), name="courier")
        return answer

    async def _carry(self) -> None:
        while self._waiting:
            calls, self._waiting = self._waiting[:_MOST], self._waiting[_MOST:]
            try:
                answers = await self._round_trip([call.packed for call in calls])
                await self._teach(calls, answers)
            except Exception as error:  # noqa: BLE001 - also a bug: whoever called must hear of it
                answers = [error] * len(calls)
            except asyncio.CancelledError:  # nobody may wait for what does not come
                calls, self._waiting = [*calls, *self._waiting], []
                for call in calls:
                    call.answer.cancel()
                raise
            _deliver(calls, answers)

    async def _teach(self, calls: Sequence[_Call], answers: list[Any]) -> None:
        """A store that does not know a script (it is new, or was started again) gets it in full."""
        unknown = [n for n, answer in enumerate(answers) if isinstance(answer, NoScriptError)]
        if unknown:
            taught = await self._round_trip([calls[n].in_full() for n in unknown])
            for n, answer in zip(unknown, taught, strict=True):
                answers[n] = answer

    async def _round_trip(self, calls: Sequence[bytes]) -> list[Any]:
        packed = b"".join(calls)
        pool: ConnectionPoolInterface = self._client.connection_pool
        connection = await pool.get_connection()
        try:
            answers: list[Any] = await connection.retry.call_with_retry(
                lambda: _exchange(connection, packed, len(calls)), lambda _: connection.disconnect()
            )
            if any(isinstance(answer, ReadOnlyError) for answer in answers):
                await connection.disconnect()  # the master of yesterday: its name may lead elsewhere by now
            return answers
        finally:
            await pool.release(connection)


def _packed(command: tuple[Any, ...]) -> bytes:
    """Raises TypeError and UnicodeEncodeError."""
    packed: bytes = hiredis.pack_command(command)
    return packed


async def _exchange(connection: AbstractConnection, packed: bytes, count: int) -> list[Any]:
    """Send, and read so many answers. redis-py closes a connection on which that fails half-way."""
    await connection.send_packed_command(packed)
    try:
        async with asyncio.timeout(connection.socket_timeout):
            return [await _answer(connection) for _ in range(count)]
    except TimeoutError:
        raise RedisTimeoutError("the store took too long to answer") from None


async def _answer(connection: AbstractConnection) -> Any:
    try:
        return await connection.read_response(timeout=math.inf)  # the trip's own limit holds
    except ResponseError as error:
        return error


def _deliver(calls: Sequence[_Call], answers: Sequence[Any]) -> None:
    for call, answer in zip(calls, answers, strict=True):
        if call.answer.done():  # whoever called has given up
            continue
        if isinstance(answer, Exception):
            call.answer.set_exception(answer)
        else:
            call.answer.set_result(answer)
