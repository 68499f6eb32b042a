"""Customers ask fifty times a second while the knowledge is replaced, and gone back from."""

from __future__ import annotations

import asyncio
import time
import zlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pytest

from bot.types import Passage
from knowledge.documents import entry
from knowledge.edge import EdgeIndex
from knowledge.embed import Vectors
from knowledge.library import Library
from knowledge.versions import Contents
from tests.builders import SHOP

SIZE: Final = 64
RATE: Final = 50
ENTRIES: Final = 60
AROUND: Final = 20
"""Questions before and after each change."""


class Drawn:
    """A vector of its own for each text, the same every time."""

    name = "drawn"

    async def questions(self, texts: Sequence[str]) -> Vectors:
        drawn = [np.random.default_rng(zlib.crc32(text.encode())).normal(size=SIZE) for text in texts]
        return np.array([one / np.linalg.norm(one) for one in drawn], np.float32)

    passages = questions

    async def close(self) -> None:
        """Nothing to let go of."""


@dataclass(frozen=True, slots=True)
class Seen:
    """By one question, with what was current when it was asked and when it was answered."""

    passages: Sequence[Passage]
    between: frozenset[int]


class Customers:
    """Ask at a steady rate, whether the ones before have their answers or not."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._asking = asyncio.create_task(self._ask_on())
        self.asked: list[asyncio.Task[Seen]] = []

    async def ask(self, more: int) -> None:
        """Until so many more were answered."""
        async with asyncio.timeout(60):
            wanted = self.answered + more
            while self.answered < wanted:
                await asyncio.sleep(1 / RATE)

    @property
    def answered(self) -> int:
        return sum(task.done() for task in self.asked)

    async def end(self) -> list[Seen]:
        self._asking.cancel()
        return await asyncio.gather(*self.asked)

    async def _ask_on(self) -> None:
        began = time.monotonic()
        while True:
            for number in range(len(self.asked), int((time.monotonic() - began) * RATE)):
                self.asked.append(asyncio.create_task(self._ask(f"问题{number % ENTRIES}怎么办")))
            await asyncio.sleep(1 / RATE)

    async def _ask(self, question: str) -> Seen:
        before = await self._library.versions(SHOP)
        found = await self._library.retriever.search(SHOP, question, channel=None, limit=5)
        after = await self._library.versions(SHOP)
        return Seen(found, frozenset(head.current.number for head in (before, after) if head.current))


@pytest.fixture
async def library(tmp_path: Path) -> AsyncIterator[Library]:
    made = Library(Drawn(), EdgeIndex.open(tmp_path, embedder=Drawn.name, dimensions=SIZE))
    yield made
    await made.close()


async def publish(library: Library, edition: int) -> None:
    """Nothing of the edition before stays."""
    items = [
        entry(f"第{edition}版问题{n}", [f"问题{n}第{edition}版"], "", source="faq.txt", place=f"line {n}")
        for n in range(ENTRIES)
    ]
    await library.add(SHOP, items)
    await library.publish(SHOP, {"faq.txt": Contents([item.id_for(SHOP) for item in items])})


async def test_no_question_fails_or_sees_half_of_a_version_through_two_switches_and_a_rollback(
    library: Library,
) -> None:
    await publish(library, 1)
    customers = Customers(library)
    await customers.ask(AROUND)
    for edition in (2, 3):
        await publish(library, edition)
        await customers.ask(AROUND)
    back = await library.rollback(SHOP)
    await customers.ask(AROUND)
    seen = await customers.end()

    assert back.number == 2
    assert {number for one in seen for number in one.between} == {1, 2, 3}
    for one in seen:
        assert len(one.passages) == 5, "a version that is half there would find fewer"
        (state,) = {passage.edition for passage in one.passages}
        number = int(state.split()[1])
        assert all(passage.title.startswith(f"第{number}版") for passage in one.passages)
        assert number in one.between
