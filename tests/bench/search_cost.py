"""What a search costs beyond the engine: fused search without embedding ÷ the engine's own two queries."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import numpy as np

from knowledge import lexical
from knowledge.documents import entry
from knowledge.edge import EdgeIndex
from knowledge.fuse import fuse
from knowledge.index import Point, payloads, point_ids
from tests.bench.measure import Measure

ENTRIES = 5000
SEARCHES = 300
SIZE = 384
WORDS = ("怎么", "退货", "换货", "发货", "运费", "发票", "尺码", "颜色", "优惠", "会员", "快递", "退款")


async def measure() -> Measure:
    """Milliseconds a search."""
    chance = np.random.default_rng(7)
    vectors = chance.normal(size=(ENTRIES + SEARCHES, SIZE)).astype(np.float32)
    questions = ["".join(chance.choice(WORDS, 3)) + str(n) for n in range(ENTRIES + SEARCHES)]
    with tempfile.TemporaryDirectory() as folder:
        index = EdgeIndex.open(Path(folder), embedder="bench", dimensions=SIZE)
        for n in range(ENTRIES):
            item = entry(questions[n], [], "回答", source="bench.txt", place=f"line {n}")
            (own_id,), (payload,) = point_ids(item, "bench"), payloads(item, "bench")
            await index.upsert([Point(own_id, vectors[n].tolist(), lexical.of_text(questions[n]), payload)])
        engine = whole = 0.0
        for n in range(ENTRIES, ENTRIES + SEARCHES):
            dense, sparse = vectors[n].tolist(), lexical.of_question(questions[n])
            started = time.perf_counter()
            await index.search("bench", dense, sparse, limit=30)
            engine += time.perf_counter() - started
            started = time.perf_counter()
            found = await index.search("bench", dense, lexical.of_question(questions[n]), limit=30)
            fuse(questions[n], found, limit=5)
            whole += time.perf_counter() - started
        await index.close()
    return Measure("search_cost", whole / SEARCHES * 1000, "ms/search", engine / SEARCHES * 1000)
