"""Questions of another world, which we wrote: put to a shop's knowledge, they show how a question looks that
does not belong there.

What the bundled model makes of them is kept beside them, as a shop that is opened would wait seconds for it.
`python -m knowledge.strangers` makes it anew.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Literal

import numpy as np

from knowledge.embed import BundledEmbedder, Embedder, Vectors

Language = Literal["zh", "en"]

_FOLDER: Final = Path(__file__).parent / "foreign"


async def strangers(language: Language, embedder: Embedder) -> tuple[list[str], Vectors]:
    """The questions, and a vector for each. Raises Unavailable."""
    questions = _questions(language)
    kept = _kept(language, questions, embedder.name)
    return questions, kept if kept is not None else await embedder.questions(questions)


def _questions(language: Language) -> list[str]:
    return (_FOLDER / f"{language}.txt").read_text(encoding="utf-8").split("\n")[:-1]


def _file(language: Language) -> Path:
    return _FOLDER / f"{language}.npz"


def _kept(language: Language, questions: Sequence[str], embedder: str) -> Vectors | None:
    """None where they are another model's, or of other questions."""
    if not _file(language).exists():
        return None
    with np.load(_file(language), allow_pickle=False) as file:
        if str(file["made"]) != _made(questions, embedder):
            return None
        vectors: Vectors = file["vectors"].astype(np.float32)
    return vectors


def _made(questions: Sequence[str], embedder: str) -> str:
    return hashlib.sha256("\n".join([embedder, *questions]).encode()).hexdigest()


async def _keep() -> None:
    embedder = BundledEmbedder()
    languages: tuple[Language, ...] = ("zh", "en")
    for language in languages:
        questions = _questions(language)
        vectors = await embedder.questions(questions)
        np.savez_compressed(
            _file(language), made=_made(questions, embedder.name), vectors=vectors.astype(np.float16)
        )
    await embedder.close()


if __name__ == "__main__":
    asyncio.run(_keep())
