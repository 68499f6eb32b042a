"""What a search costs beyond the engine: a judged search without embedding ÷ the engine's own two queries."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from knowledge import lexical
from knowledge.documents import entry
from knowledge.edge import EdgeIndex
from knowledge.embed import Vectors
from knowledge.index import Point, payloads, point_ids
from knowledge.learn import CANDIDATES, learn
from knowledge.search import Expert
from tests.bench.measure import Measure

ENTRIES = 5000
SEARCHES = 300
SIZE = 384
WORDS = ("怎么", "退货", "换货", "发货", "运费", "发票", "尺码", "颜色", "优惠", "会员", "快递", "退款")


class Drawn:
    """Any vector will do."""

    name = "bench"

    def __init__(self) -> None:
        self._chance = np.random.default_rng(7)

    async def questions(self, texts: Sequence[str]) -> Vectors:
        return self._chance.normal(size=(len(texts), SIZE)).astype(np.float32)

    passages = questions

    async def close(self) -> None:
        """Nothing to let go of."""


async def measure() -> Measure:
    """Milliseconds a search."""
    chance, drawn = np.random.default_rng(7), Drawn()
    vectors = await drawn.questions([""] * (ENTRIES + SEARCHES))
    questions = ["".join(chance.choice(WORDS, 3)) + str(n) for n in range(ENTRIES + SEARCHES)]
    with tempfile.TemporaryDirectory() as folder:
        index = EdgeIndex.open(Path(folder), embedder="bench", dimensions=SIZE)
        for n in range(ENTRIES):
            item = entry(questions[n], [], "", source="bench.txt", place=f"line {n}")
            (own_id,), (payload,) = point_ids(item, "bench"), payloads(item, "bench")
            await index.upsert([Point(own_id, vectors[n].tolist(), lexical.of_text(questions[n]), payload)])
        learned = await learn(index, drawn, "bench")
        assert learned is not None
        expert = Expert(learned)
        engine = whole = 0.0
        for n in range(ENTRIES, ENTRIES + SEARCHES):
            dense, sparse = vectors[n].tolist(), lexical.of_question(questions[n])
            started = time.perf_counter()
            await index.search("bench", dense, sparse, limit=CANDIDATES)
            engine += time.perf_counter() - started
            started = time.perf_counter()
            terms = lexical.of_question(questions[n])
            found = await index.search("bench", dense, terms, limit=CANDIDATES)
            expert.judge(questions[n], vectors[n], found, limit=5)
            whole += time.perf_counter() - started
        await index.close()
    return Measure("search_cost", whole / SEARCHES * 1000, "ms/search", engine / SEARCHES * 1000)
