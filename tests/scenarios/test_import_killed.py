"""An import is killed (kill -9): customers are answered as before, and the next import goes on from there."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from knowledge.documents import Item, entry
from knowledge.edge import EdgeIndex
from knowledge.embed import Vectors
from knowledge.library import Library
from knowledge.versions import Contents
from tests.builders import SHOP

OLD = [f"旧问题{number}" for number in range(10)]
NEW = [*(f"新问题{number}" for number in range(90)), *OLD[:5]]
FACES = 2
"""Of each entry: its question and its answer."""


class Mortal:
    """Kills its own process when it has embedded enough."""

    name = "mortal"

    def __init__(self, lives: float = float("inf")) -> None:
        self.made = 0
        self._lives = lives

    async def questions(self, texts: Sequence[str]) -> Vectors:
        if self.made + len(texts) > self._lives:
            os.kill(os.getpid(), signal.SIGKILL)
        self.made += len(texts)
        chance = np.random.default_rng(len(texts[0]))
        return chance.normal(size=(len(texts), 4)).astype(np.float32)

    passages = questions

    async def close(self) -> None:
        """Nothing to let go of."""


def open_shelf(folder: Path, embedder: Mortal) -> Library:
    return Library(embedder, EdgeIndex.open(folder, embedder=embedder.name, dimensions=4))


def items(questions: Sequence[str]) -> list[Item]:
    return [entry(question, [], "答", source="faq.csv", place="row 1") for question in questions]


async def bring_in(library: Library, questions: Sequence[str]) -> None:
    await library.add(SHOP, items(questions))
    held = Contents([item.id_for(SHOP) for item in items(questions)])
    await library.publish(SHOP, {"faq.csv": held})


async def seen(library: Library) -> set[str]:
    return {
        passage.title for passage in await library.retriever.search(SHOP, "问题", channel=None, limit=200)
    }


async def _until_killed(folder: Path, lives: int) -> None:
    await bring_in(open_shelf(folder, Mortal(lives)), NEW)


@pytest.mark.parametrize(
    ("lives", "there"),
    [(100, 32 * FACES), (90 * FACES + 1, 90 * FACES)],
    ids=["while it embeds", "when all is put together, and is being learned of"],
)
async def test_a_killed_import_leaves_the_old_answers_and_the_next_one_goes_on(
    tmp_path: Path, lives: int, there: int
) -> None:
    library = open_shelf(tmp_path, Mortal())
    await bring_in(library, OLD)
    await library.close()

    script = f"import asyncio; from {__name__} import _until_killed as go; from pathlib import Path;"
    run = f"{script} asyncio.run(go(Path({str(tmp_path)!r}), {lives}))"
    killed = await asyncio.create_subprocess_exec(sys.executable, "-c", run)
    async with asyncio.timeout(60):
        assert await killed.wait() == -signal.SIGKILL

    embedder = Mortal()
    library = open_shelf(tmp_path, embedder)
    assert await seen(library) == set(OLD)
    embedder.made = 0
    await library.add(SHOP, items(NEW))
    assert embedder.made == 90 * FACES - there, "the rest"
    await bring_in(library, NEW)
    assert await seen(library) <= set(NEW)
    assert await library.sources(SHOP) == {"faq.csv": len(NEW)}
    await library.close()
