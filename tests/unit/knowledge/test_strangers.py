"""Questions of another world, and what is kept of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from knowledge.embed import BundledEmbedder, Vectors
from knowledge.strangers import Language, strangers


class Counted:
    """An embedder of this name, to which all texts are one."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.asked = 0

    async def questions(self, texts: Sequence[str]) -> Vectors:
        self.asked += len(texts)
        return np.ones((len(texts), 4), dtype=np.float32)

    async def passages(self, texts: Sequence[str]) -> Vectors:
        return await self.questions(texts)

    async def close(self) -> None:
        """Nothing is open."""


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_what_is_kept_is_what_the_bundled_model_makes_of_them(language: Language) -> None:
    kept = Counted(BundledEmbedder.name)
    questions, vectors = await strangers(language, kept)
    assert kept.asked == 0, "run `python -m knowledge.strangers`: questions or model changed"
    assert len(questions) == len(vectors) > 100

    embedder = BundledEmbedder()
    some = [0, 50, -1]
    made = await embedder.questions([questions[number] for number in some])
    await embedder.close()

    assert np.einsum("ij,ij->i", made, vectors[some]) == pytest.approx(1, abs=1e-2)


async def test_another_model_is_asked() -> None:
    other = Counted("other")
    questions, vectors = await strangers("zh", other)

    assert other.asked == len(questions)
    assert vectors.shape == (len(questions), 4)
