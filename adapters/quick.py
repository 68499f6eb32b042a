"""What a door wants from the store besides having something kept: soon, or not at all.

A platform waits for our acknowledgement meanwhile, and the store may be away.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Final, TypeVar

from bot.breaker import Breaker
from bot.errors import NoRoom, Unavailable
from bot.ports import Feed, FeedEvent, Greetings, Streamed, Streams
from bot.types import Conversation

T = TypeVar("T")

WITHIN_S: Final = 1.0


async def soon(breaker: Breaker, do: Callable[[], Awaitable[T]]) -> T:
    """What `do` comes to, in good time. Raises Unavailable, at once while the store is left alone."""
    return await guarded(breaker, lambda: in_time(do, WITHIN_S))


async def guarded(breaker: Breaker, do: Callable[[], Awaitable[T]]) -> T:
    """What `do` comes to. Raises Unavailable, at once while the store is left alone.

    A store that is full has answered.
    """
    with breaker.call():
        try:
            return await do()
        except NoRoom as error:
            full = error
    raise full


async def in_time(do: Callable[[], Awaitable[T]], seconds: float | None) -> T:
    """What `do` comes to. Raises Unavailable after so many seconds; None: whenever it will.

    At the end of its time `do` is cancelled, so it should wait for something that bears that
    (`bot.store.courier` does).
    """
    try:
        async with asyncio.timeout(seconds):
            return await do()
    except TimeoutError:
        raise Unavailable(f"the store took longer than {seconds:g} s") from None


class QuickStreams:
    """`bot.ports.Streams` that gives up after a second."""

    def __init__(self, streams: Streams, breaker: Breaker) -> None:
        self._streams = streams
        self._breaker = breaker

    async def open(self, id_: str, *, seconds: float) -> None:
        """Raises Unavailable in good time."""
        await soon(self._breaker, lambda: self._streams.open(id_, seconds=seconds))

    async def poll(self, id_: str) -> Streamed:
        """Raises Unavailable in good time."""
        return await soon(self._breaker, lambda: self._streams.poll(id_))

    async def show(self, id_: str, text: str) -> None:
        """A worker's business, which may take its time."""
        await self._streams.show(id_, text)

    async def offer(self, id_: str, text: str, *, patience: float) -> bool:
        """As above."""
        return await self._streams.offer(id_, text, patience=patience)


class QuickFeed:
    """`bot.ports.Feed` that gives up publishing after a second."""

    def __init__(self, feed: Feed, breaker: Breaker) -> None:
        self._feed = feed
        self._breaker = breaker

    async def publish(self, conversation: Conversation, kind: str, data: str, *, key: str) -> str:
        """Raises Unavailable in good time."""
        return await soon(self._breaker, lambda: self._feed.publish(conversation, kind, data, key=key))

    async def show(self, conversation: Conversation, kind: str, data: str, *, key: str) -> None:
        """A worker's business, which may take its time."""
        await self._feed.show(conversation, kind, data, key=key)

    def follow(self, conversation: Conversation, after: str) -> AsyncIterator[FeedEvent | None]:
        """For as long as the visitor stays."""
        return self._feed.follow(conversation, after)


class QuickWelcomes:
    """Whether somebody may be welcomed on the spot."""

    def __init__(self, greetings: Greetings, breaker: Breaker) -> None:
        self._greetings = greetings
        self._breaker = breaker

    async def in_place(self, conversation: Conversation) -> bool:
        """Raises Unavailable in good time."""
        return await soon(self._breaker, lambda: self._greetings.in_place(conversation))
