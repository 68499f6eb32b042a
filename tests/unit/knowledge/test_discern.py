"""What a tenant's wordings teach tells neighbours apart, and lets a document stand up beside entries."""

from __future__ import annotations

import numpy as np
import pytest

from knowledge.discern import Discern, Discernment, Level
from knowledge.index import Known
from knowledge.likeness import Floats

SIZE = 24
ENTRIES = 12
EACH = 8


@pytest.fixture
def chance() -> np.random.Generator:
    return np.random.default_rng(7)


def known(vectors: Floats, items: list[str], *, is_question: bool = True) -> list[Known]:
    return [
        Known(item, f"{item} {number}", is_question, vector)
        for number, (item, vector) in enumerate(zip(items, vectors, strict=True))
    ]


def foreign(chance: np.random.Generator) -> Floats:
    return chance.normal(size=(60, SIZE)).astype(np.float32)


def entries(chance: np.random.Generator, *, noise: float) -> tuple[Floats, list[str], Floats, list[str]]:
    """Wordings of entries and whose they are; questions, and whose those are. Every second entry is a near
    neighbour of the one before, and their wordings vary in a way of their own."""
    middles = chance.normal(size=(ENTRIES, SIZE))
    middles[1::2] = middles[::2] + 0.35 * chance.normal(size=(ENTRIES // 2, SIZE))
    spreads = noise * chance.gamma(1.0, size=(ENTRIES, SIZE))

    def drawn(each: int) -> tuple[Floats, list[str]]:
        owners = np.repeat(np.arange(ENTRIES), each)
        vectors = middles[owners] + spreads[owners] * chance.normal(size=(len(owners), SIZE))
        return vectors.astype(np.float32), [f"item-{owner}" for owner in owners]

    return *drawn(EACH), *drawn(40)


def test_borders_tell_neighbours_apart_that_likeness_mixes_up(chance: np.random.Generator) -> None:
    vectors, owners, asked, right = entries(chance, noise=0.5)
    items = list(dict.fromkeys(owners))
    discern = Discern(Discernment.of(known(vectors, owners), vectors, foreign(chance)))

    heard = [discern.hear(one, items, [False] * len(items)) for one in asked]

    by_all = [items[int(np.argmax(one.weights))] for one in heard]
    by_likeness = [items[int(np.argmax(one.likeness))] for one in heard]
    assert share(by_all, right) > share(by_likeness, right)


def share(said: list[str], right: list[str]) -> float:
    return float(np.mean([one == other for one, other in zip(said, right, strict=True)]))


def test_what_speaks_for_pieces_is_put_on_the_scale_of_entries() -> None:
    entries, pieces = [-80.0, -60.0, -40.0], [-110.0, -100.0, -90.0]  # where both are wrong
    values = np.array([entries, pieces], np.float32).T
    is_piece = np.array([False, True])

    level = Level.of(values, is_piece)

    assert level.put(np.array([-60.0, -100.0]), is_piece).tolist() == pytest.approx([-60.0, -60.0])
    assert level.put(np.array([0.0, -70.0]), is_piece).tolist() == pytest.approx([0.0, 0.0])


def test_a_text_is_as_near_as_it_would_be_among_questions(chance: np.random.Generator) -> None:
    vectors, owners, asked, _ = entries(chance, noise=0.4)
    elsewhere = np.full(SIZE, 1.5, np.float32)
    texts = vectors[:4] + elsewhere
    every = [*known(vectors, owners), *known(texts, ["a", "b", "c", "d"], is_question=False)]
    discern = Discern(Discernment.of(every, np.vstack([vectors, texts]), foreign(chance)))

    away = float(asked[0] @ (texts.mean(axis=0) - vectors.mean(axis=0)))
    assert discern.nearer(asked[0]) == pytest.approx(-away, abs=1e-4)


def test_knowledge_of_documents_alone_or_of_entries_alone_needs_no_scale(chance: np.random.Generator) -> None:
    vectors, owners, asked, _ = entries(chance, noise=0.4)

    for is_question in (True, False):
        learned = Discernment.of(known(vectors, owners, is_question=is_question), vectors, foreign(chance))
        assert learned.pieces is None
        assert Discern(learned).nearer(asked[0]) == 0.0


def test_one_wording_each_teaches_nothing_that_counts(chance: np.random.Generator) -> None:
    vectors, owners, asked, _ = entries(chance, noise=0.4)
    single, items = vectors[::EACH], owners[::EACH]
    discern = Discern(Discernment.of(known(single, items), single, foreign(chance)))

    heard = discern.hear(asked[0], items, [False] * len(items))

    assert heard.weights == [0.0] * len(items)
    assert len(set(heard.likeness)) == len(items)


def test_an_item_that_came_later_weighs_least(chance: np.random.Generator) -> None:
    vectors, owners, asked, _ = entries(chance, noise=0.4)
    discern = Discern(Discernment.of(known(vectors, owners), vectors, foreign(chance)))

    late, there = discern.hear(asked[0], ["new", "item-0"], [True, False]).weights

    assert there > late
