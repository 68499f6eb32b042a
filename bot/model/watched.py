"""A model server that `kefu up` starts: until its `/health` answers, nobody waits for it."""

from __future__ import annotations

import asyncio
from typing import Final

import aiohttp
import structlog

from bot.errors import Unavailable
from bot.ports import Heard, Model, Prompt

log = structlog.get_logger()

_EVERY_S: Final = 2.0
_AT_MOST_S: Final = 5.0


class WatchedModel:
    """`bot.ports.Model` that refuses at once while the server behind it is loading or gone."""

    def __init__(self, model: Model, health_url: str) -> None:
        self._model = model
        self._url = health_url
        self.up = False

    async def watch(self) -> None:
        """Look at the server's health for ever; run it as a task."""
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_AT_MOST_S)) as session:
            while True:
                await self._look(session)
                await asyncio.sleep(_EVERY_S)

    async def look(self) -> None:
        """Look once."""
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_AT_MOST_S)) as session:
            await self._look(session)

    async def complete(self, prompt: Prompt, *, timeout: float, heard: Heard | None = None) -> str:
        """The model's words. Raises Unavailable while it is not up."""
        await self.ping()
        return await self._model.complete(prompt, timeout=timeout, heard=heard)

    async def ping(self) -> None:
        """Raises Unavailable while it is not up."""
        if not self.up:
            raise Unavailable("the model server is not up yet")

    async def close(self) -> None:
        """Let go of connections."""
        await self._model.close()

    async def _look(self, session: aiohttp.ClientSession) -> None:
        up = await self._healthy(session)
        if up != self.up:
            log.info("model_up" if up else "model_down", url=self._url)
        self.up = up

    async def _healthy(self, session: aiohttp.ClientSession) -> bool:
        try:
            async with session.get(self._url) as response:
                return response.status == 200
        except (aiohttp.ClientError, TimeoutError):
            return False
