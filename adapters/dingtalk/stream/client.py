"""Keeps connections to DingTalk open, and leaves none behind."""

from __future__ import annotations

import asyncio
from typing import Final

import structlog

from adapters.dingtalk.errors import MENDING_S
from adapters.dingtalk.stream.backoff import Backoff
from adapters.dingtalk.stream.connection import Answer, Connection, connect
from adapters.dingtalk.stream.opening import Opening
from bot.errors import Unavailable
from bot.waiting import end

log = structlog.get_logger()

LINGER_S: Final = 15.0
"""DingTalk drops a connection some 10 s after it asked us to leave; something may come by it until then."""


class StreamClient:
    """One app's connections. Each message comes by one of them, chosen at random (developerpedia)."""

    def __init__(self, opening: Opening, *, channel: str, connections: int) -> None:
        self._opening = opening
        self._channel = channel
        self._connections = connections
        self._open: set[Connection] = set()
        self._leaving: set[asyncio.Task[None]] = set()

    async def listen(self, answer: Answer, stop: asyncio.Event) -> None:
        """Answer frames until `stop` is set; then let what is at hand be acknowledged, and close."""
        name = f"stream:{self._channel}"
        keeping = {asyncio.create_task(self._keep(answer), name=name) for _ in range(self._connections)}
        stopping = asyncio.create_task(stop.wait(), name=f"{name}:stop")
        try:
            done, _ = await asyncio.wait({*keeping, stopping}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            await end({*keeping, stopping, *self._leaving})
            await asyncio.gather(*(connection.finish() for connection in self._open))
            self._open.clear()
        for task in done:
            task.result()  # keeping has no end of its own but a fault of ours

    async def _keep(self, answer: Answer) -> None:
        """One connection after the other, for ever."""
        backoff = Backoff()
        while True:
            pause = await self._hold_one(answer, backoff)
            await asyncio.sleep(pause)

    async def _hold_one(self, answer: Answer, backoff: Backoff) -> float:
        """A connection with a fresh ticket, until it breaks or must be left; seconds until the next."""
        try:
            connection = await connect(await self._opening.address(), answer, channel=self._channel)
        except Unavailable as error:
            pause = max(backoff.after(0.0), error.retry_after or 0.0)
            self._tell(error, pause)
            return pause
        self._open.add(connection)
        opened_at = asyncio.get_running_loop().time()
        log.info("dingtalk_stream_opened", channel=self._channel)
        await connection.until_parting()
        lived = asyncio.get_running_loop().time() - opened_at
        pause = backoff.after(lived, sent_away=connection.sent_away)
        log.info(
            "dingtalk_stream_parted",
            channel=self._channel,
            sent_away=connection.sent_away,
            lived_s=round(lived),
            again_in_s=round(pause, 1),
        )
        self._see_off(connection)
        return pause

    def _see_off(self, connection: Connection) -> None:
        """Beside the next connection, which need not wait for this one."""
        task = asyncio.create_task(self._leave(connection), name=f"stream:{self._channel}:leave")
        self._leaving.add(task)
        task.add_done_callback(self._leaving.discard)

    async def _leave(self, connection: Connection) -> None:
        await connection.until_over(LINGER_S)
        await connection.finish()
        self._open.discard(connection)

    def _tell(self, error: Unavailable, pause: float) -> None:
        """What is worth waiting a minute for is the operator's to mend; the rest passes by itself."""
        tell = log.error if (error.retry_after or 0) >= MENDING_S else log.warning
        tell(
            "dingtalk_stream_not_opened",
            channel=self._channel,
            reason=str(error),
            again_in_s=round(pause, 1),
        )
