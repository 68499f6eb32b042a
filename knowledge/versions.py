"""Versions of a tenant's knowledge: each is visible all at once, and the one before is kept.

Whoever dies on the way leaves what customers see as it was: points wait on a shelf of their own until they
are of a version, and a version is put together on the shelf that nobody looks at. The next one begins there.
"""

from __future__ import annotations

import asyncio
import time
import uuid
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

import msgspec
import structlog

from bot.errors import Refused, Unavailable
from knowledge.index import Found, Index, Where
from knowledge.lexical import Sparse
from knowledge.shelves import Head, Version, free_shelf, leaving, staging

log = structlog.get_logger()

_AGAIN: Final = 5
"""Versions that may be published during one search."""
_AT_ONCE: Final = 1000
"""Item ids in one filter."""
_CLAIM_S: Final = 120.0
"""For what is learned of a large shop's knowledge, with room to spare."""
_LOOK_EVERY_S: Final = 0.2


class Overtaken(Unavailable):
    """Someone else published meanwhile. What is added and published again finds its place."""


Sources = Mapping[str, set[str]]
"""Item ids by the name of their source."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What a source holds now."""

    items: Sequence[str]
    is_whole: bool = True
    """False: what else it held before stays."""


@dataclass(frozen=True, slots=True)
class Change:
    """Of one source, in items."""

    added: frozenset[str]
    dropped: frozenset[str]

    def __bool__(self) -> bool:
        return bool(self.added or self.dropped)


class Versions:
    """Of all tenants in one index."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._seen: dict[str, Version] = {}
        self._publishing: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def current(self, tenant: str) -> Version | None:
        """What customers see. Raises Unavailable."""
        return (await self._index.head(tenant)).current

    async def search(
        self, tenant: str, dense: Sequence[float], lexical: Sparse, *, channel: str | None, limit: int
    ) -> tuple[Version | None, Found]:
        """All of it from one version, which still was the current one afterwards. Raises Unavailable."""
        version = self._seen.get(tenant) or await self.current(tenant)
        for _ in range(_AGAIN):
            if version is None:
                return None, Found([], [])
            found = await self._told(channel, version.shelf, dense, lexical, limit)
            now = await self.current(tenant)
            if now == version:
                self._seen[tenant] = version
                return version, found
            version = now
        raise Unavailable(f"the knowledge of {tenant} changes faster than it can be searched")

    async def _told(
        self, channel: str | None, shelf: str, dense: Sequence[float], lexical: Sparse, limit: int
    ) -> Found:
        """As many as if what others may be told of were not there.

        The engine is asked to tell them apart where they came up, and not before: that doubles what a search
        costs it, and most knowledge is for everybody.
        """
        found = await self._index.search(shelf, dense, lexical, limit=limit)
        if all(hit.scope.is_for(channel) for hit in (*found.dense, *found.lexical)):
            return found
        return await self._index.search(shelf, dense, lexical, limit=limit, channel=channel)

    async def sources(self, tenant: str) -> Sources:
        """What the current version holds. Raises Unavailable."""
        version = await self.current(tenant)
        return await self._index.sources(version.shelf) if version else {}

    async def publish(
        self,
        tenant: str,
        contents: Mapping[str, Contents],
        learn: Callable[[str], Awaitable[bytes]],
        configured: Collection[str] | None = None,
    ) -> dict[str, Change]:
        """Make what was staged the current version, and say what that changed; none where nothing did.

        `learn`: given a shelf, what is to be kept beside it. `configured`: all sources that the configuration
        names; None: what is published was brought in by hand. Raises Unavailable; the version stays then.
        """
        current = await self.current(tenant)
        held = await self._index.sources(current.shelf) if current else {}
        is_noted = current is None or current.configured == _configured(current, contents, configured)
        if any(_changes(held, contents).values()) or not is_noted:
            async with self._claimed(tenant) as head:
                held = await self._index.sources(head.current.shelf) if head.current else {}
                changes = _changes(held, contents)
                named = _configured(head.current, contents, configured)
                if any(changes.values()):
                    await self._switch(tenant, head, _after(held, changes), changes, learn, named)
                elif head.current:
                    noted = msgspec.structs.replace(head.current, configured=named)
                    await self._replace(tenant, _ended(head, current=noted))
        else:
            changes = {source: Change(frozenset(), frozenset()) for source in contents}
        for source, content in contents.items():
            if content.is_whole:  # what an import left that never came to its end
                await self._index.remove(Where(staging(tenant), source=source))
        return changes

    async def rollback(self, tenant: str) -> Version:
        """Have the version before be the current one; once more, and the later one is.

        Raises Refused when there is none, and Unavailable.
        """
        async with self._claimed(tenant) as head:
            if head.before is None:
                raise Refused(f"there is no version before this one of the knowledge of {tenant}")
            await self._replace(tenant, _ended(head, current=head.before, before=head.current))
            return head.before

    async def _switch(
        self,
        tenant: str,
        head: Head,
        holds: Sources,
        changes: Mapping[str, Change],
        learn: Callable[[str], Awaitable[bytes]],
        configured: tuple[str, ...] | None,
    ) -> None:
        filling = head.next(before=None)
        await self._replace(tenant, filling)
        shelf = free_shelf(tenant, head)
        await self._fill(tenant, head.current.shelf if head.current else "", shelf, changes)
        if await self._index.sources(shelf) != holds:
            raise _overtaken(tenant)
        learned = await learn(shelf)
        if await self._index.head(tenant) != filling:  # whoever came since fills that shelf, too
            raise _overtaken(tenant)
        await self._index.learn(shelf, learned)
        number = head.newest + 1
        version = Version(number, shelf, time.time(), sum(map(len, holds.values())), configured)
        await self._replace(tenant, _ended(filling, current=version, before=head.current, newest=number))
        await self._index.remove(Where(leaving(tenant)))

    async def _fill(self, tenant: str, current: str, shelf: str, changes: Mapping[str, Change]) -> None:
        """Make the shelf what the current one is, but for the changes. Only what differs is written."""
        await self._index.place(Where(shelf, but_not=current), [leaving(tenant)])
        if current:
            await self._index.place(Where(current, but_not=shelf), [current, shelf])
        for change in changes.values():
            for items in _some(change.dropped):
                await self._index.place(Where(current, items=items), [current])
            for items in _some(change.added):
                await self._index.place(Where(items=items, but_not=current), [shelf])

    @asynccontextmanager
    async def _claimed(self, tenant: str) -> AsyncIterator[Head]:
        """One at a time, in whichever process. Who died with a claim is waited for until it ends."""
        async with self._publishing[tenant]:
            head = await self._claim(tenant)
            try:
                yield head
            finally:
                last = await self._index.head(tenant)
                if last.writer == head.writer:
                    await self._index.replace_head(tenant, _ended(last))

    async def _claim(self, tenant: str) -> Head:
        own = uuid.uuid4().hex
        ends = time.time() + _CLAIM_S + 1
        while time.time() < ends:
            head = await self._index.head(tenant)
            if not head.writer or head.until < time.time():
                mine = head.next(writer=own, until=time.time() + _CLAIM_S)
                if await self._index.replace_head(tenant, mine):
                    return mine
            await asyncio.sleep(_LOOK_EVERY_S)
        raise Unavailable(f"the knowledge of {tenant} is being changed by someone else; try again later")

    async def _replace(self, tenant: str, head: Head) -> None:
        if not await self._index.replace_head(tenant, head):
            raise _overtaken(tenant)


def _overtaken(tenant: str) -> Overtaken:
    return Overtaken(f"the knowledge of {tenant} was changed by someone else meanwhile; try again")


def _ended(head: Head, **changes: object) -> Head:
    return head.next(writer="", until=0.0, **changes)


def _configured(
    before: Version | None, contents: Mapping[str, Contents], configured: Collection[str] | None
) -> tuple[str, ...] | None:
    """What came by hand is the configuration's no more; where nobody noted what was, nobody knows."""
    if configured is not None:
        return tuple(sorted(configured))
    if before is None:
        return ()
    return before.configured and tuple(one for one in before.configured if one not in contents)


def _changes(held: Sources, contents: Mapping[str, Contents]) -> dict[str, Change]:
    changes = {}
    for source, content in contents.items():
        before, now = held.get(source, set()), set(content.items)
        dropped = before - now if content.is_whole else set[str]()
        changes[source] = Change(frozenset(now - before), frozenset(dropped))
    return changes


def _after(held: Sources, changes: Mapping[str, Change]) -> Sources:
    none = Change(frozenset(), frozenset())
    after = {
        source: (held.get(source, set()) | changes.get(source, none).added)
        - changes.get(source, none).dropped
        for source in {*held, *changes}
    }
    return {source: items for source, items in after.items() if items}


def _some(items: frozenset[str]) -> list[list[str]]:
    ordered = sorted(items)
    return [ordered[start : start + _AT_ONCE] for start in range(0, len(ordered), _AT_ONCE)]
