"""What a model makes of our own texts: the bundled one's is kept beside them, another's while we run.

To make it takes seconds, or a call, and each import asks for it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from weakref import WeakKeyDictionary

import numpy as np

from knowledge.documents import BATCH
from knowledge.embed import Embedder, Vectors

_REMEMBERED: WeakKeyDictionary[Embedder, dict[str, Vectors]] = WeakKeyDictionary()


async def vectors(file: Path, texts: Sequence[str], embedder: Embedder) -> Vectors:
    """One a text. Raises Unavailable."""
    kept = _kept(file, texts, embedder.name)
    if kept is not None:
        return kept
    remembered, made = _REMEMBERED.setdefault(embedder, {}), _made(texts, embedder.name)
    if made not in remembered:
        remembered[made] = await embedded(texts, embedder)
    return remembered[made]


async def keep(file: Path, texts: Sequence[str], embedder: Embedder) -> None:
    """For the next start, in half the bytes: a cosine changes by less than a thousandth."""
    made = (await embedded(texts, embedder)).astype(np.float16)
    np.savez_compressed(file, made=_made(texts, embedder.name), vectors=made)


async def embedded(texts: Sequence[str], embedder: Embedder) -> Vectors:
    """In batches that any server takes. Raises Unavailable."""
    batches = [texts[start : start + BATCH] for start in range(0, len(texts), BATCH)]
    return np.concatenate([await embedder.questions(batch) for batch in batches])


def _kept(file: Path, texts: Sequence[str], embedder: str) -> Vectors | None:
    """None where they are another model's, or of other texts."""
    if not file.exists():
        return None
    with np.load(file, allow_pickle=False) as read:
        if str(read["made"]) != _made(texts, embedder):
            return None
        found: Vectors = read["vectors"].astype(np.float32)
    return found


def _made(texts: Sequence[str], embedder: str) -> str:
    return hashlib.sha256("\n".join([embedder, *texts]).encode()).hexdigest()
