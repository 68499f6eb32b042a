"""What a search costs beyond the engine: a judged search without embedding ÷ the engine's own two queries,
asked of it as a loop has to, in a thread. In the processor's time, and the median of each, as whatever else
the machine does would make them alike. A question with what may be a product's code has a third query.

Told besides: what an entry costs to add when there are few and when there are many, and how many are embedded
when one in a hundred changes.
"""

from __future__ import annotations

import asyncio
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any, Final

import numpy as np
import qdrant_edge as edge
from filelock import FileLock

from knowledge import lexical
from knowledge.documents import Item, entry
from knowledge.edge import EdgeIndex
from knowledge.edge_folder import open_shard
from knowledge.embed import Vectors
from knowledge.index import DENSE, LEXICAL
from knowledge.learn import CANDIDATES
from knowledge.library import Library
from knowledge.made_for import MadeFor
from knowledge.versions import Contents
from tests.bench.measure import Measure
from tests.builders import SHOP

SEARCHES: Final = 100
AT_ONCE: Final = 1000
SIZE: Final = 384
WORDS: Final = (
    "怎么",
    "退货",
    "换货",
    "发货",
    "运费",
    "发票",
    "尺码",
    "颜色",
    "优惠",
    "会员",
    "快递",
    "退款",
)


class Drawn:
    """Any vector will do."""

    name = "bench"

    def __init__(self) -> None:
        self.made = 0
        self._chance = np.random.default_rng(7)

    async def questions(self, texts: Sequence[str]) -> Vectors:
        self.made += len(texts)
        return self._chance.normal(size=(len(texts), SIZE)).astype(np.float32)

    passages = questions

    async def close(self) -> None:
        """Nothing to let go of."""


async def measure(entries: int, name: str) -> Measure:
    """Milliseconds a search."""
    drawn, chance = Drawn(), random.Random(7)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        library = Library(drawn, EdgeIndex.open(folder, embedder=drawn.name, dimensions=SIZE))
        items = [an_item(number, chance) for number in range(entries)]
        await _fill(library, items)
        await _change(library, drawn, items, [an_item(-number, chance) for number in range(entries // 100)])
        await library.close()
        made_for = MadeFor(drawn.name, SIZE)
        shard = open_shard(folder, made_for)
        library = Library(drawn, EdgeIndex(shard, FileLock(folder / "owner.lock"), folder, made_for))
        await library.retriever.search(SHOP, "怎么退货", channel=None, limit=5)  # what was learned is read
        current = (await library.versions(SHOP)).current
        assert current
        engine, whole = [], []
        for _ in range(SEARCHES):
            question = "".join(chance.choices(WORDS, k=4))
            near = (await drawn.questions([""]))[0].tolist()
            started = time.process_time()
            await asyncio.to_thread(_engine, shard, current.shelf, question, near)
            between = time.process_time()
            await library.retriever.search(SHOP, question, channel=None, limit=5)
            engine.append(between - started)
            whole.append(time.process_time() - between)
        await library.close()
    return Measure(name, median(whole) * 1000, "ms/search", median(engine) * 1000)


few = partial(measure, 5_000, "search_cost")
many = partial(measure, 100_000, "search_cost_many")


async def _fill(library: Library, items: Sequence[Item]) -> None:
    took = []
    for start in range(0, len(items), AT_ONCE):
        started = time.perf_counter()
        await library.add(SHOP, items[start : start + AT_ONCE])
        took.append(time.perf_counter() - started)
    started = time.perf_counter()
    await library.publish(SHOP, {"bench.txt": Contents([item.id_for(SHOP) for item in items])})
    published = time.perf_counter() - started
    first, last = (1000 * seconds / AT_ONCE for seconds in (took[0], took[-1]))
    told = f"{first:.2f} ms an entry for the first {AT_ONCE}, {last:.2f} for the last"
    print(f"{len(items)} entries: {told}; {published:.1f} s to publish them", file=sys.stderr)


async def _change(library: Library, drawn: Drawn, items: Sequence[Item], others: Sequence[Item]) -> None:
    now = [*items[len(others) :], *others]
    before, started = drawn.made, time.perf_counter()
    await library.add(SHOP, now)
    made, took = drawn.made - before, time.perf_counter() - started
    await library.publish(SHOP, {"bench.txt": Contents([item.id_for(SHOP) for item in now])})
    told = f"{made} embedded, {took:.1f} s to find and add them"
    print(f"{len(others)} of {len(items)} changed: {told}", file=sys.stderr)


def _engine(shard: edge.EdgeShard, shelf: str, question: str, vector: list[float]) -> list[Any]:
    """With the one filter that any store of several tenants needs, and all that was found read."""
    terms = lexical.of_question(question)
    own = edge.Filter(must=[edge.FieldCondition("shelf", edge.MatchValue(shelf))])
    near: dict[str, Any] = {DENSE: vector, LEXICAL: edge.SparseVector(terms.indices, terms.values)}
    requests = [
        edge.QueryRequest(CANDIDATES, query=edge.Query.Nearest(one, using), filter=own, with_payload=True)
        for using, one in near.items()
    ]
    answers = shard.query_batch(edge.QueryBatchRequest(requests))
    return [point.payload for points in answers for point in points]


def an_item(number: int, chance: random.Random) -> Item:
    return entry(_question(number, chance), [], "", source="bench.txt", place=f"line {number}")


def _question(number: int, chance: random.Random) -> str:
    return "".join(chance.choices(WORDS, k=3)) + str(number)
