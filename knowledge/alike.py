"""Puts together questions that ask the same, for somebody who reads them.

A help for the eye, and no more: a question that stands apart, or together with others by mistake, costs a
glance. So a threshold will do here, which would not do for an answer.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import numpy as np

from bot.codes import written
from knowledge.embed import Vectors
from knowledge.normal import plain

EVERYDAY: Final = (
    "怎么退货",
    "可以换个颜色吗",
    "多久能发货",
    "运费谁出",
    "能开发票吗",
    "有没有优惠",
    "这个质量怎么样",
    "怎么联系你们",
    "今天天气怎么样",
    "附近有什么好吃的",
    "帮我写一首诗",
    "孩子发烧怎么办",
    "去火车站怎么走",
    "最近有什么电影",
    "股票会涨吗",
    "手机打不开了",
    "how do I return an item",
    "where is my order",
    "what is the weather today",
    "tell me a joke",
)
"""Questions of all kinds. What all vectors of a model have in common, which is most of them with some models,
says nothing: it is taken off first, and these tell what it is."""
_NEAR: Final = 0.4
"""Cosine of two questions without that. With the bundled model wordings of one question have 0.3 to 0.9, and
19 in 20 pairs of different ones less than 0.28."""
_COMMON: Final = 0.5
"""Share of the pairs of characters that two questions have in common (Jaccard)."""


def groups(texts: Sequence[str], vectors: Vectors, everyday: Vectors) -> list[list[int]]:
    """Positions of texts, those that ask the same together; the largest group first, in the order of `texts`.

    Each text joins the group whose first one is nearest to it, if that is near, and names the same codes: an
    answer on the iPhone 15 is none on the iPhone 14. `vectors`: of the texts; `everyday`: of `EVERYDAY`.
    """
    own = _without(everyday.mean(axis=0), vectors)
    pairs = [_pairs(text) for text in texts]
    leaders: defaultdict[frozenset[str], list[int]] = defaultdict(list)
    found: dict[int, list[int]] = {}
    for number, text in enumerate(texts):
        alike = leaders[frozenset(one.short for one in written(plain(text)))]
        best = _nearest(number, alike, own, pairs)
        if best is None:
            alike.append(number)
            found[number] = [number]
        else:
            found[alike[best]].append(number)
    return sorted(found.values(), key=len, reverse=True)


def _without(common: Vectors, vectors: Vectors) -> Vectors:
    rest = vectors - common
    lengths = np.linalg.norm(rest, axis=1, keepdims=True)
    unit: Vectors = rest / np.maximum(lengths, np.float32(1e-6))
    return unit


def _nearest(
    number: int, leaders: Sequence[int], vectors: Vectors, pairs: Sequence[frozenset[str]]
) -> int | None:
    """The group to join; None: a new one."""
    if not leaders:
        return None
    near = vectors[leaders] @ vectors[number]
    best = int(near.argmax())
    if near[best] >= _NEAR:
        return best
    shares = [_share(pairs[number], pairs[leader]) for leader in leaders]
    best = int(np.argmax(shares))
    return best if shares[best] >= _COMMON else None


def _pairs(text: str) -> frozenset[str]:
    letters = [letter for letter in unicodedata.normalize("NFKC", text).casefold() if letter.isalnum()]
    return frozenset(map("".join, pairwise(letters))) or frozenset(letters)


def _share(one: frozenset[str], other: frozenset[str]) -> float:
    both = len(one & other)
    return both / (len(one) + len(other) - both) if both else 0.0
