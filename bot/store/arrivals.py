"""Messages that arrive in one moment are stored by one script for each partition.

At a peak that halves what storing costs the store and a door. A lone message waits for no other.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from bot.errors import BadRequest, Unavailable
from bot.store import bounds
from bot.store.codec import encode
from bot.store.keys import Keys
from bot.store.pace import Pace
from bot.store.redis import Client, Script
from bot.types import Acceptance, Message

MOST_WAITING: Final = 200
"""Messages of one conversation. Beyond it the door says 429: nobody types that many without an answer."""
_CLOCKS_DIFFER_S: Final = 2.0
"""The platform's and ours. A part sent this shortly before a message counts as sent behind it."""
_AT_ONCE: Final = 50
"""Messages of one script: about half a millisecond, in which the store does nothing else."""
_PACE: Final = Pace()
"""Of a tenant that nobody told us of."""
_ACCEPTANCES: Final = {acceptance.value.encode(): acceptance for acceptance in Acceptance}


@dataclass(slots=True)
class _Arrival:  # not frozen, which would make it cost a door three times as much
    data: bytes
    tenant: str
    pace: Pace
    since: int
    """Unix seconds: a part sent before was surely sent before the customer wrote this."""
    seen: str
    keys: Keys
    answer: asyncio.Future[Acceptance]


class _Batch(NamedTuple):
    """What those have in common whom one script stores."""

    partition: int
    most: int
    within: float | None


class Arrivals:
    """Takes one message at a time, and gives each its own answer."""

    def __init__(self, client: Client, paces: Mapping[str, Pace]) -> None:
        """`paces`: by tenant."""
        self._accept = Script(client, "accept")
        self._paces = paces
        self._waiting: dict[_Batch, list[_Arrival]] = defaultdict(list)
        self._storing: set[asyncio.Task[None]] = set()

    async def store(
        self, message: Message, *, most: int = MOST_WAITING, within: float | None = None
    ) -> Acceptance:
        """`most`: messages that may wait in its conversation. `within`: seconds that storing may take.

        Raises Unavailable (it may be stored or not), and BadRequest for what no store takes. All that can go
        wrong with one message goes wrong here, and is nobody else's trouble.
        """
        loop = asyncio.get_running_loop()
        keys, tenant = Keys(message.conversation), message.conversation.tenant
        try:
            data, since = encode(message), int(message.sent_at - _CLOCKS_DIFFER_S)
            seen = keys.seen(message.id)
            seen.encode()
        except (ValueError, OverflowError) as error:  # half a surrogate pair, a time that is none
            raise BadRequest(f"the message can't be stored ({type(error).__name__})") from error
        arrival = _Arrival(data, tenant, self._pace(message), since, seen, keys, loop.create_future())
        if not self._waiting:
            loop.call_soon(self._start)
        self._waiting[_Batch(keys.partition, most, within)].append(arrival)
        return await arrival.answer

    def _pace(self, message: Message) -> Pace:
        """Where each message needs a reply of its own, none waits for others."""
        pace = self._paces.get(message.conversation.tenant, _PACE)
        return replace(pace, quiet_ms=0) if message.address.own else pace

    def _start(self) -> None:
        waiting, self._waiting = self._waiting, defaultdict(list)
        for batch, arrivals in waiting.items():
            for first in range(0, len(arrivals), _AT_ONCE):
                some = arrivals[first : first + _AT_ONCE]
                task = asyncio.create_task(self._store(some, batch), name="arrivals")
                self._storing.add(task)
                task.add_done_callback(self._storing.discard)

    async def _store(self, arrivals: Sequence[_Arrival], batch: _Batch) -> None:
        keys = [*arrivals[0].keys.line, arrivals[0].keys.parked]
        arguments: list[str | bytes | int] = [bounds.SEEN_S, batch.most, bounds.QUIET_MS]
        for arrival in arrivals:
            keys += (arrival.seen, arrival.keys.inbox, arrival.keys.sent, arrival.keys.quiet)
            arguments += (arrival.data, arrival.keys.name, arrival.tenant, arrival.since)
            arguments += (arrival.pace.stride, arrival.pace.quiet_ms, arrival.pace.most_ms)
        try:
            async with asyncio.timeout(batch.within):  # one for all: each of its own would cost a door dearly
                answers = await self._accept(keys, *arguments)
        except TimeoutError:
            _fail(arrivals, Unavailable(f"the store took longer than {batch.within:g} s"))
        except Exception as error:  # noqa: BLE001 - also a bug: whoever called must hear of it
            _fail(arrivals, error)
        except asyncio.CancelledError:  # nobody may wait for what does not come
            for arrival in arrivals:
                arrival.answer.cancel()
            raise
        else:
            for arrival, answer in zip(arrivals, answers, strict=True):
                if not arrival.answer.done():  # else whoever called has given up
                    arrival.answer.set_result(_ACCEPTANCES[answer])


def _fail(arrivals: Sequence[_Arrival], error: Exception) -> None:
    for arrival in arrivals:
        if not arrival.answer.done():
            own = type(error)(str(error)) if isinstance(error, Unavailable) else error
            arrival.answer.set_exception(own)
