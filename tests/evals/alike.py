"""How far the cache of answers may trust that two questions ask the same: pairs of questions of sets that lie
beside the project, a JSON line a set and threshold.

    python -m tests.evals.alike --folder FOLDER [--only SET] [--cache FILE]

Two questions are a pair where the search finds one entry nearest to both, as the cache asks for. They ask the
same where the set gives them one entry; those that it gives none are taken to ask something of their own.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np

from bot.pipeline.recall import same
from knowledge.differ import differ
from knowledge.edge import EdgeIndex
from knowledge.embed import BundledEmbedder, Vectors
from knowledge.library import Library
from knowledge.normal import simplified
from tests.builders import SHOP, a_tenant
from tests.evals.cached import Cached
from tests.evals.public import fill, rows

THRESHOLDS = (0.97, 0.95, 0.93, 0.9, 0.86)


@dataclass(frozen=True, slots=True)
class Asked:
    """By a customer; `gold` is the entry that the set gives it."""

    text: str
    gold: str | None
    vector: Vectors


async def measure(folder: Path, cache: Path) -> None:
    """Print the lines of one set."""
    embedder = Cached(BundledEmbedder(), cache)
    each: defaultdict[str, list[Asked]] = defaultdict(list)
    size = (await embedder.questions(["?"])).shape[1]
    with tempfile.TemporaryDirectory() as place:
        library = Library(embedder, EdgeIndex.open(Path(place), embedder=embedder.name, dimensions=size))
        await fill(library, folder)
        for row in rows(folder / "queries.jsonl"):
            if row["split"] != "dev":
                continue
            found = await library.retriever.search(SHOP, row["query"], channel=None, limit=1)
            if found and found[0].score >= a_tenant().faq_confidence:
                (vector,) = await embedder.questions([simplified(row["query"])])
                each[found[0].id].append(Asked(row["query"], row["gold_id"], vector))
        await library.close()
    pairs = list(_pairs(each))
    for least in THRESHOLDS:
        near = [(right, apart) for cosine, right, apart in pairs if cosine >= least]
        kept = [right for right, apart in near if not apart]
        told = {"same": sum(right for right, _ in near), "near": len(near)}
        taken = {"taken_same": sum(kept), "taken": len(kept)}
        print(json.dumps({"set": folder.name, "cosine": least, **told, **taken}), flush=True)


def _pairs(each: dict[str, list[Asked]]) -> Iterator[tuple[float, bool, bool]]:
    """Cosine, whether they ask the same, and whether they are taken to differ; the same words are none."""
    for asked in each.values():
        for one, other in combinations(asked, 2):
            cosine = float(np.dot(one.vector, other.vector))
            if cosine >= min(THRESHOLDS) and same(one.text) != same(other.text):
                right = one.gold is not None and one.gold == other.gold
                yield cosine, right, differ(one.text, other.text)


def main() -> None:
    said = argparse.ArgumentParser()
    said.add_argument("--folder", type=Path, required=True)
    said.add_argument("--only", default="")
    said.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "kefu-vectors.db")
    given = said.parse_args()
    for folder in sorted(file.parent for file in given.folder.glob("*/kb.jsonl")):
        if given.only in folder.name:
            asyncio.run(measure(folder, given.cache))


if __name__ == "__main__":
    main()
