"""The doors that fetch their messages themselves, kept at it for as long as the gateway lives."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Final

import structlog

from bot.channel import Channel, Listener, Take
from bot.waiting import end, is_set_within

log = structlog.get_logger()

AGAIN_S: Final = 5.0
_STOP_S: Final = 10.0
"""A listener has its own, shorter limits; this is for one that does not keep them."""


@asynccontextmanager
async def listening(channels: Mapping[str, Channel], take: Take) -> AsyncIterator[None]:
    """Every Listener among the channels listens meanwhile; at the end each finishes what it has at hand."""
    stop = asyncio.Event()
    tasks = {
        asyncio.create_task(_keep(channel, take, stop), name=f"listen:{channel.name}")
        for channel in channels.values()
        if isinstance(channel, Listener)
    }
    try:
        yield
    finally:
        stop.set()
        if tasks:
            await asyncio.wait(tasks, timeout=_STOP_S)
        await end(tasks)


async def _keep(channel: Listener, take: Take, stop: asyncio.Event) -> None:
    """Let it listen; should that end before its time, again and again."""
    while not stop.is_set():
        try:
            await channel.listen(take, stop)
        except Exception:  # whatever it was, a door that stays shut would lose messages
            log.exception("listener_failed", channel=channel.name, again_in_s=AGAIN_S)
        else:
            if stop.is_set():
                return
            log.error("listener_ended", channel=channel.name, again_in_s=AGAIN_S)
        await is_set_within(stop, AGAIN_S)
