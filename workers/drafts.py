"""Shows answers while they are being made: the newest text, paced, and never in the turn's way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from typing import Final

import structlog

from bot.channel import Channel, Draft, Drafting
from bot.errors import KefuError
from bot.replies import reply_id
from bot.types import Claim, Lease
from bot.waiting import end, is_set_within
from workers.keeping import Keeper

log = structlog.get_logger()

_LAST_S: Final = 1.0
"""That a reply waits for a draft which is on its way to the platform, so as not to be overtaken by it."""

Show = Callable[[str], None]


class Drafts:
    """For the turns of one worker."""

    def __init__(self, channels: Mapping[str, Channel], keeper: Keeper) -> None:
        self._drafting = {name: door for name, door in channels.items() if isinstance(door, Drafting)}
        self._keeper = keeper

    @asynccontextmanager
    async def of(self, lease: Lease, claim: Claim) -> AsyncIterator[Show | None]:
        """What shows how far this turn's answer got; None where the door can't. It ends with the block."""
        channel = self._drafting.get(lease.conversation.channel)
        every_s = channel.draft_every_s if channel else None
        if channel is None or every_s is None:
            yield None
            return
        first = claim.messages[0].id
        draft = Draft(reply_id(lease.conversation, (first,)), claim.messages[-1].address, "")
        showing = _Showing(channel, draft, every_s, partial(self._keeper.check, lease))
        try:
            yield showing.show
            await showing.finish()
        finally:
            await showing.stop()


class _Showing:
    """Of one answer. One call is under way at a time; what was said meanwhile goes into the next."""

    def __init__(self, channel: Drafting, draft: Draft, every_s: float, check: Callable[[], None]) -> None:
        self._channel = channel
        self._draft = draft
        self._every_s = every_s
        self._check = check
        self._text = ""
        self._news = asyncio.Event()
        self._over = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def show(self, text: str) -> None:
        """Remember it, and leave the rest to a task of its own."""
        self._text = text
        self._news.set()
        if self._task is None:
            self._task = asyncio.create_task(self._run(), name="drafts")

    async def finish(self) -> None:
        """Begin nothing more, and let what is under way arrive, if that is soon."""
        self._over.set()
        self._news.set()
        if self._task:
            await asyncio.wait([self._task], timeout=_LAST_S)

    async def stop(self) -> None:
        """End it as it is."""
        if self._task and not self._task.done():
            await end([self._task])

    async def _run(self) -> None:
        try:
            while not self._over.is_set():
                self._news.clear()
                self._check()
                await self._channel.show(replace(self._draft, text=self._text))
                await is_set_within(self._over, self._every_s)
                await self._news.wait()
        except KefuError as error:
            log.warning("drafts_ended", reason=str(error))
        except Exception:  # a bug in a channel must not cost the customer their answer
            log.exception("drafts_ended")
