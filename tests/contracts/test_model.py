"""The contract of a chat model, for the scripted one and for a real client of a server."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from bot.errors import Unavailable
from bot.model.openai_chat import OpenAIModel
from bot.model.server import Server
from bot.model.servers import ModelServers
from bot.ports import Model, Prompt
from bot.settings import ModelSettings
from tests.fakes import ScriptedModel
from tests.simulators.model import ModelSimulator

PROMPT = Prompt("你是客服", (), "怎么退货")
ANSWER = "七天内可以退货。请在“我的订单”里申请。"

Makes = Callable[[str, float], Awaitable[Model]]


@pytest.fixture(params=["scripted", "openai", "servers"])
async def make(request: pytest.FixtureRequest) -> AsyncIterator[Makes]:
    """A model that will say this, with so many seconds before each piece."""
    async with ModelSimulator() as server:
        client = OpenAIModel(ModelSettings(base_url=server.base_url, model="qwen", timeout_s=5))
        servers = ModelServers([Server("model", client, most=4, slow_s=5)])
        made: dict[str, Model] = {"openai": client, "servers": servers}

        async def make(answer: str, pause: float) -> Model:
            server.content, server.pause = answer, pause
            return made.get(request.param) or ScriptedModel(answer, pause=pause)

        yield make
        await client.close()


async def test_it_says_the_same_whether_one_listens_or_not(make: Makes) -> None:
    model, heard = await make(ANSWER, 0), list[str]()

    assert await model.complete(PROMPT, timeout=5) == ANSWER
    assert await model.complete(PROMPT, timeout=5, heard=heard.append) == ANSWER

    assert heard[-1] == ANSWER


async def test_whoever_listens_hears_the_whole_text_so_far_each_time(make: Makes) -> None:
    model, heard = await make(ANSWER, 0), list[str]()

    await model.complete(PROMPT, timeout=5, heard=heard.append)

    assert len(heard) > 3
    assert all(later.startswith(earlier) for earlier, later in itertools.pairwise(heard))


async def test_time_is_up_in_the_middle_of_a_word(make: Makes) -> None:
    model, heard = await make(ANSWER * 20, 0.05), list[str]()

    with pytest.raises(Unavailable, match="in time"):
        await model.complete(PROMPT, timeout=0.3, heard=heard.append)
    assert heard


async def test_it_can_be_interrupted(make: Makes) -> None:
    model, begun = await make(ANSWER * 20, 0.05), asyncio.Event()
    speaking = asyncio.create_task(model.complete(PROMPT, timeout=5, heard=lambda _: begun.set()))
    await asyncio.wait_for(begun.wait(), 5)

    speaking.cancel()
    await asyncio.wait([speaking])

    assert speaking.cancelled()
