"""Replies that a platform fetches poll by poll: open, taken or closed.

A reply counts as delivered when a poll took it, not when it was laid out: nobody promises that the platform
polls again (WeCom doc 101031 names no interval), and a reply that waits for a poll for ever is a lost one.
"""

from __future__ import annotations

import asyncio
import time
from typing import Final

from bot.ports import Streamed
from bot.store import bounds, keys
from bot.store.redis import Client, Script

LOOK_EVERY_S: Final = 0.1
"""Polls come about once a second, so whoever waits for one learns of it in good time."""


class RedisStreams:
    """`bot.ports.Streams` on Redis."""

    def __init__(self, client: Client) -> None:
        self._open = Script(client, "stream_open")
        self._poll = Script(client, "stream_poll")
        self._show = Script(client, "stream_show")
        self._offer = Script(client, "stream_offer")

    async def open(self, id_: str, *, seconds: float) -> None:
        """Polls are told to wait for so long from now."""
        await self._open([keys.stream(id_)], int(seconds * 1000), bounds.STREAM_S)

    async def poll(self, id_: str) -> Streamed:
        """Take the answer if it is there."""
        state, *text = await self._poll([keys.stream(id_)], bounds.STREAM_S)
        return Streamed(text[0].decode() if text else "", over=state != b"waiting")

    async def show(self, id_: str, text: str) -> None:
        """What polls are told until the answer is laid out."""
        await self._show([keys.stream(id_)], text, bounds.STREAM_S)

    async def offer(self, id_: str, text: str, *, patience: float) -> bool:
        """Lay the answer out, and wait until a poll took it; False: closed, send it another way."""
        ends = time.monotonic() + patience
        state = await self._look(id_, text)
        while state == b"waiting" and time.monotonic() < ends:
            await asyncio.sleep(LOOK_EVERY_S)
            state = await self._look(id_, text)
        if state == b"waiting":
            state = await self._look(id_, text, last=True)
        return state == b"taken"

    async def _look(self, id_: str, text: str, *, last: bool = False) -> bytes:
        return bytes(await self._offer([keys.stream(id_)], text, int(last), bounds.STREAM_S))
