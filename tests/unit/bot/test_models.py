"""The chat model behind an OpenAI-compatible server: what is asked, and what each fault means."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.errors import Refused, Unavailable
from bot.model.openai_chat import OpenAIModel
from bot.model.watched import WatchedModel
from bot.ports import Prompt
from bot.settings import ModelSettings
from bot.types import Said, Speaker

PROMPT = Prompt("你是客服", (Said(Speaker.CUSTOMER, "在吗", 1.0), Said(Speaker.BOT, "在的", 2.0)), "怎么退货")


class Server:
    """An OpenAI-compatible server that remembers what it was asked."""

    def __init__(self) -> None:
        self.status = 200
        self.page: str | None = None
        self.content: str | None = " 七天内可以退货。\n"
        self.delay = 0.0
        self.healthy = True
        self.asked: list[dict[str, Any]] = []

    async def complete(self, request: web.Request) -> web.Response:
        self.asked.append(await request.json())
        await asyncio.sleep(self.delay)
        if self.page is not None:
            return web.Response(text=self.page, content_type="application/json")
        message = {"role": "assistant", "content": self.content}
        choice = {"index": 0, "finish_reason": "stop", "message": message}
        body = {"id": "1", "object": "chat.completion", "created": 1, "model": "qwen", "choices": [choice]}
        return web.json_response(body, status=self.status)

    async def models(self, _: web.Request) -> web.Response:
        model = {"id": "qwen", "object": "model", "created": 1, "owned_by": "us"}
        return web.json_response({"object": "list", "data": [model]}, status=self.status)

    async def health(self, _: web.Request) -> web.Response:
        return web.Response(status=200 if self.healthy else 503)


@pytest.fixture
async def server() -> AsyncIterator[tuple[Server, str]]:
    model = Server()
    app = web.Application()
    app.router.add_post("/v1/chat/completions", model.complete)
    app.router.add_get("/v1/models", model.models)
    app.router.add_get("/health", model.health)
    async with TestServer(app) as running:
        yield model, str(running.make_url("")).rstrip("/")


@pytest.fixture
async def model(server: tuple[Server, str]) -> AsyncIterator[OpenAIModel]:
    made = OpenAIModel(ModelSettings(base_url=f"{server[1]}/v1", model="qwen", max_tokens=64, timeout_s=5))
    yield made
    await made.close()


async def test_the_prompt_goes_out_in_order_and_the_answer_comes_back_trimmed(
    server: tuple[Server, str], model: OpenAIModel
) -> None:
    assert await model.complete(PROMPT, timeout=5) == "七天内可以退货。"

    (asked,) = server[0].asked
    assert [message["role"] for message in asked["messages"]] == ["system", "user", "assistant", "user"]
    assert asked["messages"][-1]["content"] == "怎么退货"
    assert (asked["model"], asked["max_tokens"]) == ("qwen", 64)


@pytest.mark.parametrize("status", [429, 500, 503, 408])
async def test_a_server_in_trouble_may_be_well_again(
    server: tuple[Server, str], model: OpenAIModel, status: int
) -> None:
    server[0].status = status

    with pytest.raises(Unavailable, match=str(status)):
        await model.complete(PROMPT, timeout=5)
    assert len(server[0].asked) == 1, "the worker decides about another try"


@pytest.mark.parametrize("status", [400, 401, 404])
async def test_a_server_that_says_no_would_say_no_again(
    server: tuple[Server, str], model: OpenAIModel, status: int
) -> None:
    server[0].status = status

    with pytest.raises(Refused, match=str(status)):
        await model.complete(PROMPT, timeout=5)


@pytest.mark.parametrize("content", [None, "", " \n"])
async def test_silence_is_no_answer(
    server: tuple[Server, str], model: OpenAIModel, content: str | None
) -> None:
    server[0].content = content

    with pytest.raises(Unavailable, match="said nothing"):
        await model.complete(PROMPT, timeout=5)


@pytest.mark.parametrize(
    "page", ["<html>502</html>", '{"choices": [{}]}', '{"choices": [{"message": null}]}', "[1]", '"x"', "{"]
)
async def test_a_server_that_answers_something_else_is_unavailable(
    server: tuple[Server, str], model: OpenAIModel, page: str
) -> None:
    server[0].page = page

    with pytest.raises(Unavailable):
        await model.complete(PROMPT, timeout=5)


async def test_a_slow_server_is_not_waited_for_beyond_the_time_left(
    server: tuple[Server, str], model: OpenAIModel
) -> None:
    server[0].delay = 5

    with pytest.raises(Unavailable, match="in time"):
        await model.complete(PROMPT, timeout=0.2)


async def test_a_server_that_is_not_there_is_unavailable() -> None:
    model = OpenAIModel(ModelSettings(base_url="http://127.0.0.1:9/v1", model="qwen"))

    for call in (model.complete(PROMPT, timeout=2), model.ping()):
        with pytest.raises(Unavailable, match="can't be reached"):
            await call
    await model.close()


async def test_ping_tells_a_server_without_our_model(server: tuple[Server, str], model: OpenAIModel) -> None:
    await model.ping()
    other = OpenAIModel(ModelSettings(base_url=f"{server[1]}/v1", model="llama"))
    with pytest.raises(Refused, match="it serves qwen"):
        await other.ping()
    await other.close()


async def test_a_watched_model_refuses_at_once_until_its_server_is_up(
    server: tuple[Server, str], model: OpenAIModel
) -> None:
    server[0].healthy = False
    watched = WatchedModel(model, f"{server[1]}/health")

    await watched.look()
    with pytest.raises(Unavailable, match="not up yet"):
        await watched.complete(PROMPT, timeout=5)
    assert server[0].asked == []

    server[0].healthy = True
    await watched.look()
    assert await watched.complete(PROMPT, timeout=5) == "七天内可以退货。"
