"""An OpenAI-compatible server that says what it was told to: chat, with pictures, and speech to text."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import Any, Self

from aiohttp import web


@dataclass(frozen=True, slots=True)
class Spoken:
    """A voice message that was to be written down."""

    name: str
    content_type: str
    data: bytes
    model: str


class Engine:
    """`async with Engine() as engine:`, with `engine.url` as base_url."""

    def __init__(self) -> None:
        self.says = "好的。"
        """To every question."""
        self.hears = "怎么退货"
        """In every voice message."""
        self.status = 200
        self.delay = 0.0
        self.page: str | None = None
        """Instead of any answer."""
        self.asked: list[dict[str, Any]] = []
        self.heard: list[Spoken] = []
        self._runner: web.AppRunner | None = None
        self.url = ""

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_post("/v1/chat/completions", self._complete)
        app.router.add_post("/v1/audio/transcriptions", self._transcribe)
        app.router.add_get("/v1/models", self._models)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/v1"
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    def pictures(self) -> list[str]:
        """The data URLs of the last question's pictures."""
        content = self.asked[-1]["messages"][-1]["content"]
        parts = content if isinstance(content, list) else []
        return [part["image_url"]["url"] for part in parts if part["type"] == "image_url"]

    def question(self) -> str:
        """The last question's words."""
        content = self.asked[-1]["messages"][-1]["content"]
        if isinstance(content, str):
            return content
        return "".join(part["text"] for part in content if part["type"] == "text")

    async def _complete(self, request: web.Request) -> web.Response:
        self.asked.append(await request.json())
        if self.asked[-1].get("stream"):
            return self._stream()
        choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": self.says}}
        body = {"id": "1", "object": "chat.completion", "created": 1, "model": "demo", "choices": [choice]}
        return await self._answer(body)

    def _stream(self) -> web.Response:
        """Letter by letter, all at once."""
        deltas: list[dict[str, Any]] = [{"index": 0, "delta": {"content": letter}} for letter in self.says]
        deltas.append({"index": 0, "delta": {}, "finish_reason": "stop"})
        events = [f"data: {json.dumps({'choices': [delta]})}\n\n" for delta in deltas]
        return web.Response(text="".join(events) + "data: [DONE]\n\n", content_type="text/event-stream")

    async def _transcribe(self, request: web.Request) -> web.Response:
        form = await request.post()
        file, model = form["file"], form["model"]
        assert isinstance(file, web.FileField)
        with file.file:
            self.heard.append(Spoken(file.filename, file.content_type, file.file.read(), str(model)))
        return await self._answer({"text": self.hears})

    async def _models(self, _: web.Request) -> web.Response:
        model = {"id": "demo", "object": "model", "created": 1, "owned_by": "us"}
        return await self._answer({"object": "list", "data": [model]})

    async def _answer(self, body: dict[str, Any]) -> web.Response:
        await asyncio.sleep(self.delay)
        if self.page is not None:
            return web.Response(text=self.page, content_type="application/json")
        return web.json_response(body, status=self.status)
