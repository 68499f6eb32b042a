"""Keeps what a door takes in: in the store, or on the disk until the store is back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager
from typing import Final, Protocol

import structlog

from adapters import metrics
from adapters.quick import guarded
from adapters.spool.attempt import Attempt, Result, Suspect, conversation_of
from adapters.spool.spool import Spool, Spooled
from bot.breaker import Breaker
from bot.channel import Greet, Kept
from bot.errors import BadRequest, NoRoom, Rejected, Unavailable
from bot.ports import Clock
from bot.types import Conversation
from bot.waiting import InTurn, end

log = structlog.get_logger()

PATIENCE_S: Final = 1.0
"""For the store; platforms wait five seconds at most, and some less."""
_AT_ONCE: Final = 50
"""Stored in one trip, and by one script for each partition: so none of them can overtake another."""
_AGAIN_S: Final = 0.5
_ADOPT_EVERY_S: Final = 30.0
_WELCOME_S: Final = 60.0
"""Who came in longer ago is not welcomed any more."""


class Store(Protocol):
    """Where things go in the end (`adapters.storing.Storing`)."""

    def keep(self, item: Kept, *, promised: bool = False, within: float | None = None) -> Awaitable[None]:
        """Raises Rejected, and Unavailable, `within` so many seconds."""
        ...


class Spooling:
    """`bot.channel.Keep` with a disk behind it."""

    def __init__(self, store: Store, spool: Spool, breaker: Breaker, clock: Clock) -> None:
        self._store = store
        self._spool = spool
        self._breaker = breaker
        self._clock = clock
        self._no_room: NoRoom | None = None
        """Why nothing more is to come in, while the store has to be emptied first."""
        self._replayed = 0
        self._suspect = Suspect()
        self._turns: InTurn[Conversation] = InTurn()
        """Of a conversation's messages the first to come is the first to be kept."""

    async def keep(self, item: Kept) -> None:
        """In the store, or else on the disk: whoever called may be told that we have it.

        Raises Rejected, and Unavailable when neither takes it.
        """
        conversation = conversation_of(item)
        await self._turns.enter(conversation)  # what is on its way to the store may end on the disk
        try:
            await self._keep(item)
        finally:
            self._turns.leave(conversation)

    async def _keep(self, item: Kept) -> None:
        reason = "what came before it waits there"
        if not self._spool.holds:
            try:
                return await guarded(self._breaker, lambda: self._store.keep(item, within=PATIENCE_S))
            except NoRoom:
                raise
            except Unavailable as error:
                reason = str(error)
        elif self._no_room:
            raise self._no_room
        return await self._put(item, reason)

    @asynccontextmanager
    async def replaying(self) -> AsyncIterator[None]:
        """What waits is stored meanwhile, as soon as the store takes it; also what dead gateways left."""
        found = await self._spool.adopt()
        if found:
            log.warning(
                "spool_found", waiting=found, mend="nothing: it is stored as soon as the store is there"
            )
        tasks = [
            asyncio.create_task(self._replay_for_ever(), name="spool-replay"),
            asyncio.create_task(self._adopt_for_ever(), name="spool-adopt"),
        ]
        try:
            yield
        finally:
            await end(tasks)
            await self._spool.close()

    async def _put(self, item: Kept, reason: str) -> None:
        entering = not self._spool.holds
        await self._spool.append(item)
        metrics.received(conversation_of(item).channel, "spooled")
        if entering:
            mend = "see to Redis; messages are kept in data_dir/spool meanwhile, and stored when it is back"
            log.warning("spool_in_use", reason=reason, mend=mend)

    async def _replay_for_ever(self) -> None:
        while True:
            await self._spool.filled.wait()
            try:
                await self._replay_some()
            except Unavailable as error:
                self._no_room = error if isinstance(error, NoRoom) else None
                log.debug("spool_waits", reason=str(error))
                await asyncio.sleep(_AGAIN_S)
            except Exception:  # a bug must not end what brings the customers' messages back
                log.exception("spool_not_replayed")
                await asyncio.sleep(_AGAIN_S)

    async def _replay_some(self) -> None:
        """The oldest, in their order. Raises Unavailable at the first that is not stored."""
        waiting = await self._spool.oldest(_AT_ONCE)
        failure = await guarded(self._breaker, lambda: self._store_all(waiting))
        if failure:
            raise failure

    async def _store_all(self, waiting: Sequence[Spooled]) -> Exception | None:
        """Whoever finds that the store is back is whoever replays.

        Raises why it took nothing; if it took something, it works, and why it did not take all is returned.
        """
        results = await Attempt(self._store_again).at(waiting, self._suspect)
        took = True in results
        settled = next((n for n, result in enumerate(results) if _is_failure(result)), len(results))
        failure = _failure(results[settled]) if settled < len(results) else None
        if failure and self._is_hopeless(waiting[settled], failure, took_others=took):
            results[settled] = BadRequest(f"while others were stored, it failed each time: {failure}")
            settled, failure = settled + 1, None
        for spooled, result in zip(waiting[:settled], results, strict=False):
            if isinstance(result, Rejected):  # only now: what stands behind a failure is tried again
                await self._spool.refuse(spooled, str(result))
        if settled:
            await self._passed(waiting[:settled])
        if failure and not took:
            raise failure
        return failure

    def _is_hopeless(self, first: Spooled, failure: Exception, *, took_others: bool) -> bool:
        """A store that is full takes what is small and not what is large; that ends."""
        if isinstance(failure, NoRoom):
            return False
        return self._suspect.failed(first.record, took_others=took_others)

    async def _store_again(self, spooled: Spooled) -> bool:
        """Raises Rejected when the store will never take it, and Unavailable."""
        item = spooled.item
        if item is None:
            raise BadRequest("it can't be read")
        if isinstance(item, Greet) and self._clock() - spooled.record.at > _WELCOME_S:
            metrics.received(conversation_of(item).channel, "greeted_late")
            return False
        await self._store.keep(item, promised=True)
        return True

    async def _passed(self, stored: Sequence[Spooled]) -> None:
        self._no_room = None
        self._replayed += len(stored)
        await self._spool.passed(stored)
        if not self._spool.holds:
            log.info("spool_emptied", stored=self._replayed)
            self._replayed = 0

    async def _adopt_for_ever(self) -> None:
        while True:
            await asyncio.sleep(_ADOPT_EVERY_S)
            try:
                await self._spool.adopt()
            except Exception:  # a bug must not leave to nobody what dead gateways left
                log.exception("spool_not_adopted")


def _is_failure(result: Result) -> bool:
    return isinstance(result, BaseException) and not isinstance(result, Rejected)


def _failure(result: Result) -> Exception:
    """Somebody else's cancellation must not end whoever replays."""
    return result if isinstance(result, Exception) else Unavailable("storing was broken off")
