"""What the bundled model makes of our texts, kept beside them: it takes seconds to make anew."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from knowledge.documents import BATCH
from knowledge.embed import Embedder, Vectors


async def vectors(file: Path, texts: Sequence[str], embedder: Embedder) -> Vectors:
    """One a text. Raises Unavailable."""
    kept = _kept(file, texts, embedder.name)
    return kept if kept is not None else await embedded(texts, embedder)


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
