"""Likeness learns what the wordings of one entry have in common."""

from __future__ import annotations

import numpy as np
import pytest

from knowledge.likeness import Compare, Floats, Likeness

SIZE, ENTRIES = 12, 30
ITEMS = [f"item-{number}" for number in range(ENTRIES)]


@pytest.fixture
def chance() -> np.random.Generator:
    return np.random.default_rng(7)


def wordings(chance: np.random.Generator, each: int) -> tuple[Floats, Floats, np.ndarray]:
    """Entries differ along the first six numbers, their wordings loudly along the other six."""
    matter, noise = np.repeat([1.0, 0.0], SIZE // 2), np.repeat([0.1, 3.0], SIZE // 2)
    middles = chance.normal(size=(ENTRIES, SIZE)) * matter
    owners = np.repeat(np.arange(ENTRIES), each)
    vectors = middles[owners] + chance.normal(size=(len(owners), SIZE)) * noise
    asked = middles + chance.normal(size=middles.shape) * noise
    return vectors.astype(np.float32), asked.astype(np.float32), owners


def test_it_sees_through_noise_that_a_distance_does_not(chance: np.random.Generator) -> None:
    vectors, asked, owners = wordings(chance, each=6)
    compare = Compare(Likeness.of(vectors, owners, ITEMS))

    by_likeness = [int(np.argmax(compare.ratios(compare.asked(one), compare.rows(ITEMS)))) for one in asked]
    by_distance = [int(owners[np.argmin(((vectors - one) ** 2).sum(axis=1))]) for one in asked]

    right = np.arange(ENTRIES)
    assert np.mean(by_likeness == right) > 0.9
    assert np.mean(by_distance == right) < 0.5


def test_one_wording_each_and_wordings_all_alike_are_learned_from_too(chance: np.random.Generator) -> None:
    single, _, owners = wordings(chance, each=1)
    alike = np.full_like(single, 0.5)

    for vectors in (single, alike):
        compare = Compare(Likeness.of(vectors, owners, ITEMS))
        found = compare.ratios(compare.asked(vectors[3]), compare.rows(ITEMS))
        assert np.isfinite(found).all()
        assert found[3] == pytest.approx(max(found))


def test_an_item_that_came_later_has_no_likeness(chance: np.random.Generator) -> None:
    vectors, asked, owners = wordings(chance, each=2)
    compare = Compare(Likeness.of(vectors, owners, ITEMS))

    (late, known) = compare.ratios(compare.asked(asked[0]), compare.rows(["new", "item-0"]))

    assert known > late
