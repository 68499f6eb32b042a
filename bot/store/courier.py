"""Scripts called in one moment go to the store in one round trip.

A door at its peak has hundreds of messages in hand. Each alone would cost a round trip of its own, most of
it spent here, on the client's side; together they cost little more than one. A lone call waits for no other.
"""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from redis.asyncio import Redis
from redis.exceptions import NoScriptError, RedisError

Argument = str | bytes | int

_MOST: Final = 200
"""Calls of one round trip: more would keep the others waiting."""


@dataclass(frozen=True, slots=True)
class _Call:
    source: str
    hash: str
    operands: tuple[Argument, ...]
    answer: asyncio.Future[Any]


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

    async def run(self, source: str, hash_: str, keys: Sequence[str], arguments: Sequence[Argument]) -> Any:
        """The script's answer. Raises RedisError and OSError, as redis-py does."""
        answer = asyncio.get_running_loop().create_future()
        self._waiting.append(_Call(source, hash_, (len(keys), *keys, *arguments), answer))
        if self._under_way is None or self._under_way.done():
            self._under_way = asyncio.create_task(self._carry(), name="courier")
        return await answer

    async def _carry(self) -> None:
        while self._waiting:
            calls, self._waiting = self._waiting[:_MOST], self._waiting[_MOST:]
            try:
                answers = await self._round_trip("EVALSHA", calls)
                await self._teach(calls, answers)
            except (RedisError, OSError, TimeoutError) as error:
                answers = [error] * len(calls)
            except BaseException:  # cancelled, or a bug: nobody may wait for what does not come
                for call in (*calls, *self._waiting):
                    call.answer.cancel()
                raise
            _deliver(calls, answers)

    async def _teach(self, calls: Sequence[_Call], answers: list[Any]) -> None:
        """A store that does not know a script (it is new, or was started again) gets it in full."""
        unknown = [n for n, answer in enumerate(answers) if isinstance(answer, NoScriptError)]
        if unknown:
            taught = await self._round_trip("EVAL", [calls[n] for n in unknown])
            for n, answer in zip(unknown, taught, strict=True):
                answers[n] = answer

    async def _round_trip(self, verb: str, calls: Sequence[_Call]) -> list[Any]:
        async with self._client.pipeline(transaction=False) as pipe:
            for call in calls:
                script = call.hash if verb == "EVALSHA" else call.source
                pipe.execute_command(verb, script, *call.operands)
            return list(await pipe.execute(raise_on_error=False))


def _deliver(calls: Sequence[_Call], answers: Sequence[Any]) -> None:
    for call, answer in zip(calls, answers, strict=True):
        if call.answer.done():  # whoever called has given up
            continue
        if isinstance(answer, Exception):
            call.answer.set_exception(answer)
        else:
            call.answer.set_result(answer)
