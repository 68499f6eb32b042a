"""Someone to listen for: keeps what a stream channel hands over, and can be slow, busy or broken."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.channel import Heard, Listener
from bot.types import Message, Opinion


class Ear:
    """What the gateway's intake is to a listener."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.opinions: list[Opinion] = []
        self.begun = 0
        self.troubles: list[Exception] = []
        """The next messages meet these, one each."""
        self.open = asyncio.Event()
        """Cleared: a message is not stored until it is set again."""
        self.open.set()
        self.stop = asyncio.Event()

    async def take(self, heard: Heard) -> None:
        """See `bot.channel.Take`."""
        self.begun += 1
        await self.open.wait()
        if self.troubles:
            raise self.troubles.pop(0)
        if isinstance(heard, Opinion):
            self.opinions.append(heard)
        else:
            self.messages.append(heard)

    async def has_begun(self, count: int) -> None:
        """Return once `count` messages were handed over, stored or not."""
        async with asyncio.timeout(5):
            while self.begun < count:
                await asyncio.sleep(0.005)


@asynccontextmanager
async def listening_to(channel: Listener) -> AsyncIterator[Ear]:
    """The channel listens meanwhile, and has stopped afterwards."""
    ear = Ear()
    task = asyncio.create_task(channel.listen(ear.take, ear.stop))
    try:
        yield ear
    finally:
        ear.open.set()
        ear.stop.set()
        await asyncio.wait_for(task, 10)
