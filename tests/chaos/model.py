"""A chat model that repeats the tags it is asked about; slow, busy or away on order."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from tests.chaos.check import Asked
from tests.chaos.tags import Tag, answer_to, tags


class ScriptedServer:
    """An OpenAI-compatible server."""

    def __init__(self, seed: int) -> None:
        self.asked: list[Asked] = []
        self.under_way: set[tuple[Tag, ...]] = set()
        """What it was asked about and has not answered yet."""
        self.away = False
        """True: HTTP 503 to everything."""
        self.slow = 1.0
        """How many times longer an answer takes than it does on a good day."""
        self.url = ""
        self._chance = random.Random(seed)

    @asynccontextmanager
    async def serving(self, port: int = 0) -> AsyncIterator[None]:
        """On this port of this machine, or a free one."""
        app = web.Application(client_max_size=4 * 1024 * 1024)
        app.router.add_get("/v1/models", self._models)
        app.router.add_post("/v1/chat/completions", self._complete)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port, backlog=1024).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
        try:
            yield
        finally:
            await runner.cleanup()

    async def _models(self, _: web.Request) -> web.Response:
        return web.json_response({"object": "list", "data": [{"id": "scripted", "object": "model"}]})

    async def _complete(self, request: web.Request) -> web.StreamResponse:
        if self.away:
            return web.json_response({"error": {"message": "away"}}, status=503)
        try:
            body: dict[str, Any] = await request.json()
        except ConnectionResetError:  # whoever asked was killed
            return web.Response()
        _, known, question = str(body["messages"][-1]["content"]).rpartition(
            "</资料>"
        )  # behind what it knows
        found = tags(question)
        start = time.time()
        self.under_way.add(tuple(found))
        try:
            await asyncio.sleep(self._chance.uniform(0.02, 0.3) * self.slow)
        finally:  # cancelled, when whoever asked is gone
            self.under_way.discard(tuple(found))
        if found and known:  # no summary of what was said: those are made beside the turns
            self.asked.append(Asked(found[0].customer, tuple(found), start, time.time()))
        return await _said(request, answer_to(question), body)


async def _said(request: web.Request, text: str, body: dict[str, Any]) -> web.StreamResponse:
    head = {"id": "c1", "created": int(time.time()), "model": "scripted"}
    if not body.get("stream"):
        message = {"role": "assistant", "content": text}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        return web.json_response({**head, "object": "chat.completion", "choices": [choice]})
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    await response.prepare(request)
    for delta, finish in (({"role": "assistant", "content": text}, None), ({}, "stop")):
        chunk = {"index": 0, "delta": delta, "finish_reason": finish}
        data = json.dumps({**head, "object": "chat.completion.chunk", "choices": [chunk]})
        await response.write(f"data: {data}\n\n".encode())
    await response.write(b"data: [DONE]\n\n")
    return response
