"""Does an entry cost more where there are many? The processor's time to add some to a hundred thousand ÷ that
to add the same to none; embedding apart, and by turns, so that what else the machine does changes little.

And when one in a hundred of fifty thousand changes: how many are embedded ÷ how many changed.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from knowledge.documents import Item
from knowledge.edge import EdgeIndex
from knowledge.library import Library
from knowledge.versions import Contents
from tests.bench.measure import Measure
from tests.bench.search_cost import SIZE, Drawn, an_item
from tests.builders import SHOP

MANY: Final = 100_000
HALF: Final = 50_000
ADDED: Final = 5000
AT_ONCE: Final = 500


async def measure() -> Measure:
    """Milliseconds an entry."""
    items = _items(MANY + ADDED)
    full = empty = 0.0
    async with _opened() as (many, _), _opened() as (few, _):
        for start in range(0, MANY, AT_ONCE):
            await many.add(SHOP, items[start : start + AT_ONCE])
        for start in range(MANY, MANY + ADDED, AT_ONCE):
            full += await _add(many, items[start : start + AT_ONCE])
            empty += await _add(few, items[start : start + AT_ONCE])
    return Measure("add_cost", full / ADDED * 1000, "ms/entry", empty / ADDED * 1000)


async def sync() -> Measure:
    """Entries that are embedded."""
    items = _items(HALF + HALF // 100)
    async with _opened() as (library, drawn):
        await _hold(library, items[:HALF])
        before = drawn.made
        await _hold(library, items[HALF // 100 :])
        return Measure("sync_embeds", drawn.made - before, "entries", HALF // 100)


@asynccontextmanager
async def _opened() -> AsyncIterator[tuple[Library, Drawn]]:
    drawn = Drawn()
    with tempfile.TemporaryDirectory() as place:
        library = Library(drawn, EdgeIndex.open(Path(place), embedder=drawn.name, dimensions=SIZE))
        yield library, drawn
        await library.close()


def _items(count: int) -> list[Item]:
    """Of one wording each."""
    chance = random.Random(7)
    return [an_item(number, chance) for number in range(count)]


async def _add(library: Library, items: Sequence[Item]) -> float:
    started = time.process_time()
    await library.add(SHOP, items)
    return time.process_time() - started


async def _hold(library: Library, items: Sequence[Item]) -> None:
    """As a source that was read anew."""
    await library.add(SHOP, items)
    await library.publish(SHOP, {"bench.txt": Contents([item.id_for(SHOP) for item in items])})
