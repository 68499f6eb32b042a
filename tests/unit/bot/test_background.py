"""What nobody waits for gives way to what customers ask."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from bot.errors import Unavailable
from bot.model.server import Server
from bot.model.servers import ModelServers
from bot.ports import Heard, Prompt
from bot.waiting import end
from tests.fakes import ScriptedModel

ASKED = Prompt("你是客服", (), "怎么退货")
LATER = replace(ASKED, background=True)


class Held(ScriptedModel):
    """Answers one prompt at a time, when it is told to."""

    def __init__(self) -> None:
        super().__init__("好")
        self.asked: list[Prompt] = []
        self.answers: list[asyncio.Event] = []

    async def complete(self, prompt: Prompt, *, timeout: float, heard: Heard | None = None) -> str:
        self.asked.append(prompt)
        self.answers.append(asyncio.Event())
        await self.answers[-1].wait()
        return "好"

    @property
    def later(self) -> int:
        """How many that nobody waits for it was given so far."""
        return sum(prompt.background for prompt in self.asked)


class Engine:
    """One server and the calls under way."""

    def __init__(self, most: int) -> None:
        self.model = Held()
        self.server = Server("a", self.model, most=most, slow_s=9)
        self.servers = ModelServers([self.server])
        self.calls: list[asyncio.Task[str]] = []

    async def ask(self, prompt: Prompt, count: int = 1, *, timeout: float = 30) -> None:
        self.calls += [
            asyncio.create_task(self.servers.complete(prompt, timeout=timeout)) for _ in range(count)
        ]
        await settle()

    async def answer(self, number: int) -> None:
        self.model.answers[number].set()
        await settle()


async def settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


@asynccontextmanager
async def an_engine(most: int) -> AsyncIterator[Engine]:
    engine = Engine(most)
    yield engine
    await end(engine.calls)


async def test_it_has_a_quarter_of_the_window_and_customers_find_the_rest() -> None:
    async with an_engine(8) as engine:
        await engine.ask(LATER, 6)
        assert engine.model.later == 2

        await engine.ask(ASKED, 6)
        assert len(engine.model.asked) == 8, "though others were in line before them"

        await engine.answer(0)
        assert engine.model.later == 3, "nobody else waits"


async def test_while_a_customer_waits_none_of_it_begins() -> None:
    async with an_engine(4) as engine:
        await engine.ask(ASKED, 4)
        await engine.ask(LATER)
        await engine.ask(ASKED, 2)

        for number in range(2):
            await engine.answer(number)
            assert engine.model.later == 0
        await engine.answer(2)
        assert engine.model.later == 1


async def test_a_window_of_one_is_enough_for_it_to_be_done_some_day() -> None:
    async with an_engine(1) as engine:
        await engine.ask(LATER, 2)
        assert engine.model.later == 1

        await engine.answer(0)
        assert engine.model.later == 2


async def test_its_places_are_given_back_whatever_becomes_of_it() -> None:
    async with an_engine(8) as engine:
        await engine.ask(LATER, 2)
        with pytest.raises(Unavailable, match="a place in time"):
            await engine.servers.complete(LATER, timeout=0.02)
        await engine.ask(LATER)
        for call in engine.calls:
            call.cancel()
        await asyncio.wait(engine.calls)

        await engine.ask(LATER, 2)
        assert engine.model.later == 4
        assert engine.server.in_flight == 2
