"""Questions of one moment are embedded in one batch: a model takes hardly longer for several than for one."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.errors import Refused
from bot.waiting import end
from knowledge.embed import Embedder, Vectors

_MOST: Final = 64
_WAIT_S: Final = 0.005


@dataclass(frozen=True, slots=True)
class _Question:
    text: str
    vectors: asyncio.Future[Vectors]


class Together:
    """An `Embedder` whose questions go out with others.

    A lone one waits for none. While a batch is under way, the next is gathered for 5 ms or until it is full,
    and for longer while there may be no more batches.
    """

    def __init__(self, embedder: Embedder, *, at_once: int, most: int = _MOST) -> None:
        """`at_once`: batches under way; `most`: questions in one."""
        self.name = embedder.name
        self._embedder = embedder
        self._at_once = at_once
        self._most = most
        self._waiting: list[_Question] = []
        self._batches: set[asyncio.Task[None]] = set()
        self._timer: asyncio.TimerHandle | None = None

    async def questions(self, texts: Sequence[str]) -> Vectors:
        """One goes along with others; several are a batch already. Raises Unavailable."""
        if len(texts) != 1:
            return await self._embedder.questions(texts)
        loop = asyncio.get_running_loop()
        mine = _Question(texts[0], loop.create_future())
        self._waiting.append(mine)
        if not self._batches or len(self._waiting) >= self._most:
            self._start()
        elif self._timer is None:
            self._timer = loop.call_later(_WAIT_S, self._start)
        return await mine.vectors

    async def passages(self, texts: Sequence[str]) -> Vectors:
        """Nobody waits for those. Raises Unavailable."""
        return await self._embedder.passages(texts)

    async def close(self) -> None:
        """Let go of connections and threads."""
        await end(self._batches)
        await self._embedder.close()

    def _start(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None
        while self._waiting and len(self._batches) < self._at_once:
            batch, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
            task = asyncio.create_task(self._embed(batch), name="embed")
            self._batches.add(task)
            task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._batches.discard(task)
        self._start()

    async def _embed(self, batch: Sequence[_Question]) -> None:
        batch = [one for one in batch if not one.vectors.done()]  # the others gave up waiting
        try:
            if batch:
                await self._tell(batch)
        finally:
            for one in batch:
                one.vectors.cancel()  # where nothing was told: this was cancelled

    async def _tell(self, batch: Sequence[_Question]) -> None:
        try:
            vectors = await self._embedder.questions([one.text for one in batch])
        except Refused as error:
            if len(batch) == 1:
                _fail(batch, error)
            else:  # one of them is to blame, and the others are not
                for one in batch:
                    await self._tell([one])
        except Exception as error:  # noqa: BLE001 - whoever waits must hear of it, whatever it is
            _fail(batch, error)
        else:
            for one, vector in zip(batch, vectors, strict=True):
                if not one.vectors.done():
                    one.vectors.set_result(vector[None, :])


def _fail(batch: Sequence[_Question], error: Exception) -> None:
    for one in batch:
        if not one.vectors.done():
            one.vectors.set_exception(error)
