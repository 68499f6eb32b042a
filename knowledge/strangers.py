"""Questions of another world, which we wrote: put to a shop's knowledge, they show how a question looks that
does not belong there.

What the bundled model makes of them is kept beside them; `python -m knowledge.strangers` makes it anew.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Final, Literal, get_args

from knowledge import kept
from knowledge.embed import BundledEmbedder, Embedder, Vectors

Language = Literal["zh", "en"]

_FOLDER: Final = Path(__file__).parent / "foreign"


async def strangers(language: Language, embedder: Embedder) -> tuple[list[str], Vectors]:
    """The questions, and a vector for each. Raises Unavailable."""
    questions = _questions(language)
    return questions, await kept.vectors(_file(language), questions, embedder)


def _questions(language: Language) -> list[str]:
    return (_FOLDER / f"{language}.txt").read_text(encoding="utf-8").split("\n")[:-1]


def _file(language: Language) -> Path:
    return _FOLDER / f"{language}.npz"


async def _keep() -> None:
    embedder = BundledEmbedder()
    languages: tuple[Language, ...] = get_args(Language)
    for language in languages:
        await kept.keep(_file(language), _questions(language), embedder)
    await embedder.close()


if __name__ == "__main__":
    asyncio.run(_keep())
