"""Fits what is believed of very small knowledge (`knowledge.confidence.LITTLE`) to shops that we wrote.

    python -m tests.evals.prior [--shops 120] [--cache FILE]

Each shop is one to eight entries of a trade (`trades.jsonl`), drawn again and again, with none to two of its
paraphrases as further wordings. Asked are the other paraphrases, those of the trade's other entries, those of
other trades, and the foreign questions.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import tempfile
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from knowledge import logistic
from knowledge.confidence import LITTLE, Confidence
from knowledge.embed import BundledEmbedder
from knowledge.evidence import FEW, Evidence, Witnesses
from knowledge.frequencies import Frequencies
from knowledge.index import Found, Hit
from knowledge.likeness import Floats
from knowledge.normal import simplified
from knowledge.strangers import Language, strangers
from tests.evals.cached import Cached

TRADES = Path(__file__).parent / "trades.jsonl"
SHARES = {"own": 0.35, "near": 0.2, "far": 0.15, "foreign": 0.3}
"""Of the questions that a shop is taken to be asked: with a few entries it knows the answer to one in three."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Of a trade's shops."""

    trade: str
    language: Language
    question: str
    answer: str
    asked: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shop:
    """A draw: what it knows, as item, text and whether it is a question; and what it is asked, by kind."""

    language: Language
    faces: list[tuple[str, str, bool]]
    asked: list[tuple[str, str]]


def draw(chance: random.Random, trades: dict[str, list[Entry]]) -> Shop:
    """One shop."""
    entries = chance.sample(trades[chance.choice(sorted(trades))], k=8)
    size, further = chance.choice((1, 2, 3, 4, 5, 6, 8)), chance.choice((0, 0, 1, 2))
    faces: list[tuple[str, str, bool]] = []
    asked = [("near", paraphrase) for entry in entries[size:] for paraphrase in entry.asked]
    for entry in entries[:size]:
        paraphrases = chance.sample(entry.asked, k=3)
        faces += [(entry.question, text, True) for text in (entry.question, *paraphrases[:further])]
        faces.append((entry.question, f"{entry.question}\n{entry.answer}", False))
        asked += [("own", paraphrase) for paraphrase in paraphrases[further:]]
    first = entries[0]
    for others in trades.values():
        if (others[0].trade, others[0].language) != (first.trade, first.language):
            alike = [entry for entry in others if entry.language == first.language]
            asked += [("far", chance.choice(entry.asked)) for entry in alike[:2]]
    return Shop(first.language, faces, asked)


async def heard(shop: Shop, embedder: Cached) -> list[tuple[str, tuple[float, ...]]]:
    """The signs of each question, with its kind."""
    made = [
        (await (embedder.questions if is_question else embedder.passages)([simplified(text)]))[0]
        for _, text, is_question in shop.faces
    ]
    vectors = np.stack(made)
    witnesses = Witnesses(Frequencies.of([text for _, text, _ in shop.faces]), None)

    def hear(question: str, vector: Floats) -> Evidence:
        near = (vectors @ vector).tolist()
        hits = [
            Hit(item, text, score, "", "", "", is_faq=True)
            for (item, text, _), score in zip(shop.faces, near, strict=True)
        ]
        return witnesses.hear(question, vector, Found(sorted(hits, key=lambda hit: -hit.score), []))

    questions, foreign = await strangers(shop.language, embedder)
    strange = [hear(question, vector) for question, vector in zip(questions, foreign, strict=True)]
    confidence = Confidence.of([], strange, wordings=len(shop.faces))
    asked = [
        (kind, hear(simplified(text), (await embedder.questions([simplified(text)]))[0]))
        for kind, text in shop.asked
    ]
    each = [*asked, *(("foreign", evidence) for evidence in strange)]
    return [(kind, confidence.signs(evidence)) for kind, evidence in each]


async def fitted(shops: int, cache: Path) -> tuple[np.ndarray, dict[str, float]]:
    """The weights, and which share of each kind they would answer."""
    trades: defaultdict[str, list[Entry]] = defaultdict(list)
    for line in TRADES.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        trades[row["trade"]].append(Entry(**{**row, "asked": tuple(row["asked"])}))
    chance, embedder = random.Random(7), Cached(BundledEmbedder(), cache)
    drawn = [shop for shop in (draw(chance, trades) for _ in range(shops)) if len(shop.faces) < FEW]
    each = [await heard(shop, embedder) for shop in drawn]
    await embedder.close()
    counts = np.concatenate([_counts([kind for kind, _ in one]) for one in each])
    kinds = np.array([kind for one in each for kind, _ in one])
    signs = np.array([sign for one in each for _, sign in one])
    weights = logistic.fit(signs, (kinds == "own").astype(float), counts, np.zeros(len(LITTLE)), hold=1.0)
    answered = signs @ weights >= 0
    return weights, {kind: float(answered[kinds == kind].mean()) for kind in SHARES}


def _counts(kinds: Sequence[str]) -> np.ndarray:
    """Each shop weighs the same, and in each shop each kind its share."""
    there = Counter(kinds)
    return np.array([10 * SHARES[kind] / there[kind] for kind in kinds])


def main() -> None:
    said = argparse.ArgumentParser()
    said.add_argument("--shops", type=int, default=120)
    said.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "kefu-vectors.db")
    given = said.parse_args()
    weights, answered = asyncio.run(fitted(given.shops, given.cache))
    print("LITTLE =", tuple(weights.round(2).tolist()))
    print({kind: round(share, 3) for kind, share in answered.items()})


if __name__ == "__main__":
    main()
