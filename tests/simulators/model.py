"""An OpenAI-compatible chat server (vLLM's answers, by the letter) that says what it is told to."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, Self

from aiohttp import web

_NO_PARSER = '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set'
"""vLLM's own words."""


class ModelSimulator:
    """`async with ModelSimulator() as model: model.content = "好的。"`."""

    def __init__(self, *, capacity: int = 10_000, queue: int = 10_000) -> None:
        """It says `capacity` answers at once, lets `queue` more wait, and answers 429 beyond."""
        self.queue = queue
        self.running = 0
        self.waiting = 0
        self.most_running = 0
        self.most_waiting = 0
        self.refused = 0
        """Requests that got 429."""
        self.tells_load = True
        """Whether it has `/metrics`."""
        self._batch = asyncio.Semaphore(capacity)
        self.status = 200
        self.headers: dict[str, str] = {}
        self.page: str | None = None
        """Instead of any answer."""
        self.content: str | None = " 七天内可以退货。\n"
        self.calls: Sequence[tuple[str, str]] = ()
        """Tools that it calls, with their arguments as JSON, behind its content."""
        self.reads_calls = True
        """Whether it runs with --enable-auto-tool-choice."""
        self.knows_forms = True
        """Whether it can hold its answers to a JSON schema."""
        self.delay = 0.0
        self.pieces: Sequence[str] = ()
        """What it says when it is asked to stream; empty: its content, three letters at a time."""
        self.allowed: int | None = None
        """Pieces that it may say by now; None: any number."""
        self.pause = 0.0
        """Seconds before each piece."""
        self.events: Sequence[bytes] | None = None
        """Instead of all events of a stream."""
        self.breaks = False
        """True: the connection is cut where a stream should end."""
        self.asked: list[dict[str, Any]] = []
        self.connections: set[asyncio.Transport] = set()
        self.left = 0
        """Streams whose reader went before their end."""
        self._runner: web.AppRunner | None = None

    @property
    def address(self) -> str:
        """The server's; its API is under /v1."""
        assert self._runner is not None, "it was not entered"
        return f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    @property
    def base_url(self) -> str:
        """What Kefu gets as `model.base_url`."""
        return f"{self.address}/v1"

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.add_routes(self.routes())
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        return self

    async def __aexit__(self, *args: object) -> None:
        assert self._runner is not None
        await self._runner.cleanup()

    def routes(self) -> list[web.RouteDef]:
        """The server's API."""
        return [
            web.post("/v1/chat/completions", self._complete),
            web.get("/v1/models", self._models),
            web.get("/metrics", self._metrics),
        ]

    def hang_up(self) -> None:
        """Cut whatever it is saying."""
        for connection in self.connections:
            connection.abort()

    async def _complete(self, request: web.Request) -> web.StreamResponse:
        asked = await request.json()
        self.asked.append(asked)
        if request.transport:
            self.connections.add(request.transport)
        if self._batch.locked() and self.waiting >= self.queue:
            self.refused += 1
            return web.json_response({"error": {"message": "too many requests"}}, status=429)
        if "tools" in asked and not self.reads_calls:
            return web.json_response({"error": {"message": _NO_PARSER}}, status=400)
        if "response_format" in asked and not self.knows_forms:
            message = "response_format: json_schema is not supported"
            return web.json_response({"error": {"message": message}}, status=400)
        async with self._in_the_batch():
            return await self._answer(asked, request)

    @asynccontextmanager
    async def _in_the_batch(self) -> AsyncIterator[None]:
        self.waiting += 1
        try:
            await self._batch.acquire()
        finally:
            self.waiting -= 1
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        self.most_waiting = max(self.most_waiting, self.waiting)
        try:
            yield
        finally:
            self.running -= 1
            self._batch.release()

    async def _answer(self, asked: dict[str, Any], request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(self.delay)
        if self.page is not None:
            return web.Response(text=self.page, content_type="application/json")
        if asked.get("stream") and self.status == 200:
            return await self._speak(request)
        message: dict[str, Any] = {"role": "assistant", "content": self.content}
        if self.calls:
            message["tool_calls"] = [_call(*call, index) for index, call in enumerate(self.calls)]
        choice = {"index": 0, "finish_reason": "stop", "message": message}
        return web.json_response(_body("chat.completion", choice), status=self.status, headers=self.headers)

    async def _speak(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream; charset=utf-8"})
        await response.prepare(request)
        try:
            for number, event in enumerate(self._events()):
                await self._may_say(number, request)
                await response.write(event)
        except ConnectionError:
            self.left += 1
        if self.breaks and request.transport:
            request.transport.abort()
        return response

    async def _may_say(self, number: int, request: web.Request) -> None:
        await asyncio.sleep(self.pause)
        while self.allowed is not None and number >= self.allowed:
            await asyncio.sleep(0.01)
            if request.transport is None or request.transport.is_closing():
                raise ConnectionResetError

    def _events(self) -> Iterator[bytes]:
        if self.events is not None:
            yield from self.events
            return
        content = self.content or ""
        for piece in self.pieces or [content[start : start + 3] for start in range(0, len(content), 3)]:
            yield said(piece)
        for index, (name, arguments) in enumerate(self.calls):
            yield called(_call(name, "", index))
            for start in range(0, len(arguments), 5):
                yield called({"index": index, "function": {"arguments": arguments[start : start + 5]}})
        yield said("", finish="tool_calls" if self.calls else "stop")
        yield event({**_body("chat.completion.chunk"), "usage": {"completion_tokens": len(content)}})
        yield b"data: [DONE]\n\n"

    async def _models(self, _: web.Request) -> web.Response:
        model = {"id": "qwen", "object": "model", "created": 1, "owned_by": "us"}
        return web.json_response({"object": "list", "data": [model]}, status=self.status)

    async def _metrics(self, _: web.Request) -> web.Response:
        return (
            web.Response(text=load_page(self.running, self.waiting))
            if self.tells_load
            else web.Response(status=404)
        )


def load_page(running: int, waiting: int, *, hits: float = 900.0, queries: float = 1000.0) -> str:
    """vLLM's metrics, as far as they are about its load."""
    labels = '{engine="0",model_name="qwen"}'
    return f"""# HELP vllm:num_requests_running Number of requests in model execution batches.
# TYPE vllm:num_requests_running gauge
vllm:num_requests_running{labels} {float(running)}
# HELP vllm:num_requests_waiting Number of requests waiting to be processed.
# TYPE vllm:num_requests_waiting gauge
vllm:num_requests_waiting{labels} {float(waiting)}
vllm:num_requests_waiting_by_reason{{engine="0",model_name="qwen",reason="capacity"}} {float(waiting)}
# TYPE vllm:prefix_cache_queries counter
vllm:prefix_cache_queries_total{labels} {queries}
vllm:prefix_cache_hits_total{labels} {hits}
"""


def said(piece: str, *, finish: str | None = None) -> bytes:
    """The event that brings a piece."""
    choice = {"index": 0, "delta": {"content": piece}, "logprobs": None, "finish_reason": finish}
    return event(_body("chat.completion.chunk", choice))


def called(piece: dict[str, Any]) -> bytes:
    """The event that brings a piece of a call."""
    choice = {"index": 0, "delta": {"tool_calls": [piece]}, "logprobs": None, "finish_reason": None}
    return event(_body("chat.completion.chunk", choice))


def _call(name: str, arguments: str, index: int) -> dict[str, Any]:
    function = {"name": name, "arguments": arguments}
    return {"index": index, "id": f"call-{index}", "type": "function", "function": function}


def event(body: object) -> bytes:
    """One server-sent event."""
    return f"data: {json.dumps(body, ensure_ascii=False)}\n\n".encode()


def _body(kind: str, *choices: dict[str, Any]) -> dict[str, Any]:
    return {"id": "1", "object": kind, "created": 1, "model": "qwen", "choices": list(choices)}
