"""Questions that ask the same stand together, for the eye."""

from __future__ import annotations

import numpy as np

from knowledge.alike import EVERYDAY, groups
from knowledge.embed import BundledEmbedder

ASKED = ["怎么退货", "有实体店吗", "退货怎么弄", "今天股市怎么样", "线下有实体店吗", "我想退货"]


async def test_wordings_of_one_question_stand_together_and_the_commonest_first() -> None:
    embedder = BundledEmbedder()
    try:
        vectors, everyday = await embedder.questions(ASKED), await embedder.questions(EVERYDAY)
    finally:
        await embedder.close()

    assert groups(ASKED, vectors, everyday) == [[0, 2, 5], [1, 4], [3]]


def test_without_a_telling_vector_common_characters_tell() -> None:
    nothing = np.zeros((3, 4), dtype=np.float32)

    assert groups(["有实体店吗", "有没有实体店", "发票"], nothing, nothing) == [[0, 1], [2]]
    assert groups(["有实体店吗", "店里有实习吗", "发票"], nothing, nothing) == [[0], [1], [2]]


def test_nothing_is_in_no_group() -> None:
    assert groups([], np.zeros((0, 4), dtype=np.float32), np.zeros((1, 4), dtype=np.float32)) == []


def test_what_names_another_code_asks_something_else_however_near_it_is() -> None:
    """Who fills in an answer gives it to all of a group."""
    near = np.array([[1.0, 0.0]] * 5, dtype=np.float32)
    asked = [
        "iPhone 15换屏多少钱",
        "贴膜多少钱",
        "iphone15换屏多少钱",
        "iPhone 14换屏多少钱",
        "3天内能贴膜吗",
    ]

    assert groups(asked, near, np.zeros((1, 2), dtype=np.float32)) == [[0, 2], [1, 4], [3]]
