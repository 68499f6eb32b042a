"""Questions of another world, and what is kept of them."""

from __future__ import annotations

import numpy as np
import pytest

from knowledge.embed import BundledEmbedder
from knowledge.strangers import Language, strangers
from tests.fakes import CountedEmbedder


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_what_is_kept_is_what_the_bundled_model_makes_of_them(language: Language) -> None:
    kept = CountedEmbedder(BundledEmbedder.name)
    questions, vectors = await strangers(language, kept)
    assert kept.asked == 0, "run `python -m knowledge.strangers`: questions or model changed"
    assert len(questions) == len(vectors) > 100

    embedder = BundledEmbedder()
    some = [0, 50, -1]
    made = await embedder.questions([questions[number] for number in some])
    await embedder.close()

    assert np.einsum("ij,ij->i", made, vectors[some]) == pytest.approx(1, abs=1e-2)


async def test_another_model_is_asked() -> None:
    other = CountedEmbedder("other")
    questions, vectors = await strangers("zh", other)

    assert other.asked == len(questions)
    assert vectors.shape == (len(questions), 4)
