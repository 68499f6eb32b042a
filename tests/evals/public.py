"""Question sets that lie beside the project, put to the whole search: a JSON line a set.

    python -m tests.evals.public --folder FOLDER --split dev [--only SET] [--most 2000] [--cache FILE]

A set is a folder with `kb.jsonl` (id, question, answer, and further wordings in `similar` or `examples`) and
`queries.jsonl` (query, gold_id or null, split, type, and for follow-up questions history). No set has settings
of its own.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.pipeline.retrieve import KNOWN, Retrieve
from bot.types import NO_SLOTS, Said, Speaker
from knowledge.documents import Item, entry
from knowledge.edge import EdgeIndex
from knowledge.embed import BundledEmbedder
from knowledge.judge.cases import IN, Case, Found, Judged, searched
from knowledge.judge.figures import figures
from knowledge.library import Library
from knowledge.versions import Contents
from tests.builders import SHOP, a_turn
from tests.evals.cached import Cached

SPEAKERS = {"usr": Speaker.CUSTOMER, "sys": Speaker.BOT}


async def measure(folder: Path, split: str, most: int, cache: Path) -> dict[str, object]:
    """The figures of one set."""
    queries = [row for row in rows(folder / "queries.jsonl") if row["split"] == split][:most]
    embedder = Cached(BundledEmbedder(), cache)
    size = (await embedder.questions(["?"])).shape[1]
    with tempfile.TemporaryDirectory() as place:
        index = EdgeIndex.open(Path(place), embedder=embedder.name, dimensions=size)
        library = Library(embedder, index)
        started = time.perf_counter()
        names = await fill(library, folder)
        filled = time.perf_counter()
        judged = [await ask(library, row, names) for row in queries]
        took = time.perf_counter() - filled
        await library.close()
    times = {"built_s": round(filled - started, 1), "ms_a_question": round(1000 * took / len(queries), 1)}
    return {"set": folder.name, "split": split, **told(judged), **times}


def told(judged: Sequence[Judged]) -> dict[str, object]:
    """How much of each kind was answered, and what makes the search good."""
    counted = figures(judged)
    shares = {"hit@1": counted.hit1, "hit@3": counted.hit3, "mrr": counted.mrr, "ece": counted.ece}
    answered = {row.kind: round(row.answered / row.questions, 3) for row in counted.rows}
    rounded = {name: None if share is None else round(share, 3) for name, share in shares.items()}
    return {"questions": counted.questions, **rounded, "answered": answered}


async def fill(library: Library, folder: Path) -> Mapping[str, str]:
    """The set's ids by those that the library gave."""
    items = {row["id"]: item(row) for row in rows(folder / "kb.jsonl")}
    await library.add(SHOP, list(items.values()))
    await library.publish(SHOP, {"kb": Contents([one.id_for(SHOP) for one in items.values()])})
    return {one.id_for(SHOP): name for name, one in items.items()}


def item(row: Mapping[str, Any]) -> Item:
    similar = [*(row.get("similar") or []), *(row.get("examples") or [])]
    return entry(row["question"], similar, row["answer"], source="kb", place=row["id"])


async def ask(library: Library, row: Mapping[str, Any], names: Mapping[str, str]) -> Judged:
    """By the step that the product takes; what was said before went through it, too."""
    history = tuple(Said(SPEAKERS[said["role"]], said["content"], 0.0) for said in row.get("history") or [])
    retrieve, slots = Retrieve(library.retriever), NO_SLOTS
    for number, said in enumerate(history):
        if said.by is Speaker.CUSTOMER:
            slots = (await retrieve(a_turn(said.text, history=history[:number], slots=slots))).slots
    started = time.perf_counter()
    turn = await retrieve(a_turn(row["query"], history=history, slots=slots))
    seconds = time.perf_counter() - started
    found = [Found(names[passage.id], passage.score) for passage in turn.passages]
    is_answered = sum(passage.score for passage in turn.passages) >= KNOWN
    gold = (row["gold_id"],) if row["gold_id"] else ()
    case = Case(row["query"], gold, IN if gold else row["type"])
    return searched(case, found, is_answered=is_answered, seconds=seconds)


def rows(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def main() -> None:
    said = argparse.ArgumentParser()
    said.add_argument("--folder", type=Path, required=True)
    said.add_argument("--split", default="dev")
    said.add_argument("--only", default="")
    said.add_argument("--most", type=int, default=2000)
    said.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "kefu-vectors.db")
    given = said.parse_args()
    for folder in sorted(file.parent for file in given.folder.glob("*/kb.jsonl")):
        if given.only in folder.name:
            found = asyncio.run(measure(folder, given.split, given.most, given.cache))
            print(json.dumps(found, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
