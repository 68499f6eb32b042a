"""A model server with eyes and ears: pictures in its chat, speech to text beside it, and a judge of texts."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from tests.simulators.model import ModelSimulator


@dataclass(frozen=True, slots=True)
class Spoken:
    """A voice message that was to be written down."""

    name: str
    content_type: str
    data: bytes
    model: str


class Engine(ModelSimulator):
    """`async with Engine() as engine: engine.hears = "怎么退货"`."""

    def __init__(self) -> None:
        super().__init__()
        self.content = "好的。"
        self.hears = "怎么退货"
        """In every voice message."""
        self.heard: list[Spoken] = []
        self.frowns_at: dict[str, str] = {}
        """Words, and the category that a text with one is flagged for."""
        self.judged: list[dict[str, Any]] = []

    def routes(self) -> list[web.RouteDef]:
        """The server's API."""
        return [
            *super().routes(),
            web.post("/v1/audio/transcriptions", self._transcribe),
            web.post("/v1/moderations", self._judge),
        ]

    def pictures(self) -> list[str]:
        """The data URLs of the last question's pictures."""
        content = self.asked[-1]["messages"][-1]["content"]
        parts = content if isinstance(content, list) else []
        return [part["image_url"]["url"] for part in parts if part["type"] == "image_url"]

    def question(self) -> str:
        """The last question's words, without the knowledge before them."""
        content = self.asked[-1]["messages"][-1]["content"]
        if not isinstance(content, str):
            content = "".join(part["text"] for part in content if part["type"] == "text")
        return str(content).rpartition("客户的消息：\n")[2]

    async def _transcribe(self, request: web.Request) -> web.Response:
        form = await request.post()
        file, model = form["file"], form["model"]
        assert isinstance(file, web.FileField)
        with file.file:
            self.heard.append(Spoken(file.filename, file.content_type, file.file.read(), str(model)))
        await asyncio.sleep(self.delay)
        if self.page is not None:
            return web.Response(text=self.page, content_type="application/json")
        return web.json_response({"text": self.hears}, status=self.status)

    async def _judge(self, request: web.Request) -> web.Response:
        asked = await request.json()
        self.judged.append(asked)
        await asyncio.sleep(self.delay)
        if self.page is not None:
            return web.Response(text=self.page, content_type="application/json")
        categories = {name: word in asked["input"] for word, name in self.frowns_at.items()}
        result = {
            "flagged": any(categories.values()),
            "categories": {"hate": False, **categories},
            "category_scores": {"hate": 0.0, **{name: float(is_so) for name, is_so in categories.items()}},
        }
        judged = {"id": "modr-1", "model": "judge", "results": [result]}
        return web.json_response(judged, status=self.status)
