"""Customers at four doors: new ones keep coming, each writes a few times and waits for each answer."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from typing import Final

from tests.house import House
from tests.simulators.platform import Platform
from tests.simulators.visitor import a_visitor

EACH: Final = 3
"""Messages of a customer."""
_THINKS_S: Final = (1.0, 5.0)
_PATIENCE_S: Final = 60.0
_QUESTIONS: Final = ("怎么退货", "多久发货", "可以开发票吗")

Ask = Callable[[str, int], Awaitable[None]]
"""The so-manieth question: raises TimeoutError when no answer comes."""


class Visits:
    """Of a day."""

    def __init__(self, house: House, platforms: Mapping[str, Platform], *, rate: float, seed: int) -> None:
        """`platforms`: by the name of their channel; the web chat is there besides."""
        self._house = house
        self._platforms = platforms
        self._rate = rate
        self._chance = random.Random(seed)
        self.answered = 0
        self.unanswered = 0

    async def go_on(self, seconds: float) -> None:
        """For so long; then those who are there finish."""
        ends = asyncio.get_running_loop().time() + seconds
        doors = itertools.cycle([*self._platforms, "web"])
        async with asyncio.TaskGroup() as group:
            for number in itertools.count():
                if asyncio.get_running_loop().time() > ends:
                    return
                group.create_task(self._visit(next(doors), f"c{number:06}"))
                await asyncio.sleep(self._chance.expovariate(self._rate / EACH))

    async def _visit(self, door: str, customer: str) -> None:
        async with AsyncExitStack() as stack:
            if platform := self._platforms.get(door):
                ask = self._at(platform, self._house.callback(door), customer)
            else:
                ask = await self._in_a_browser(stack)
            for number in range(EACH):
                try:
                    await ask(_QUESTIONS[number % len(_QUESTIONS)], number)
                except TimeoutError:
                    self.unanswered += 1
                else:
                    self.answered += 1
                await asyncio.sleep(self._chance.uniform(*_THINKS_S))

    def _at(self, platform: Platform, url: str, customer: str) -> Ask:
        async def ask(question: str, number: int) -> None:
            posting = await platform.say(url, user=customer, text=question)
            assert posting.accepted, "a door must take what comes"
            await platform.record.wait(customer, number + 1, _PATIENCE_S)

        return ask

    async def _in_a_browser(self, stack: AsyncExitStack) -> Ask:
        visitor = await stack.enter_async_context(a_visitor(self._house.url))
        last = ""

        async def ask(question: str, number: int) -> None:
            nonlocal last
            await visitor.ask(question, f"q{number}")
            async with asyncio.timeout(_PATIENCE_S):
                while True:  # a browser comes back to a feed that ends, to where it was
                    async with visitor.follow(last, within=_PATIENCE_S) as feed:
                        async for event in feed:
                            last = event.id or last
                            if event.kind == "reply":
                                return

        return ask
