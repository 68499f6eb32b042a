"""The questions put to the sample shop: as customers type them, and each with what is right."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from knowledge.load import File, load

ROOT = Path(__file__).parents[3]
NAMES = ("sample_shop.jsonl", "sample_shop_customers.jsonl")


def questions(name: str) -> list[dict[str, Any]]:
    lines = (ROOT / "tests/evals" / name).read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def gold(question: dict[str, Any]) -> list[str]:
    """The entries that answer it, each as good as the other."""
    named = question["gold"]
    return [named] if isinstance(named, str) else named or []


def plain(text: str) -> str:
    """Letters and digits alone; a question of nothing but marks stays as it is."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"[\W_]+", "", folded) or folded


ENTRIES = load(File(ROOT / "knowledge/sample_shop/faq.txt", "faq.txt")).items
CUSTOMERS = questions(NAMES[1])


def test_there_are_enough_of_each_kind() -> None:
    known = [question for question in CUSTOMERS if question["gold"]]
    foreign = Counter(question["scope"] for question in CUSTOMERS if not question["gold"])

    assert len(known) >= 150
    assert set(foreign) == {"near", "far"}
    assert min(foreign.values()) >= 20


def test_each_entry_is_asked_for_in_several_ways() -> None:
    asked = [question for name in NAMES for question in questions(name)]
    asked_for = Counter(title for question in asked for title in gold(question)[:1])

    assert set(asked_for) == {entry.title for entry in ENTRIES}
    assert min(asked_for.values()) >= 3


@pytest.mark.parametrize("name", NAMES)
def test_what_is_right_is_an_entry_of_the_shop(name: str) -> None:
    titles = {entry.title for entry in ENTRIES}

    assert [one for one in questions(name) if not titles.issuperset(gold(one))] == []


def test_no_question_is_a_wording_of_the_shop_s_or_stands_there_twice() -> None:
    """What the search was given word for word says nothing of it."""
    wordings = [plain(wording) for entry in ENTRIES for wording in entry.wordings]
    asked = [plain(question["query"]) for name in NAMES for question in questions(name)]

    assert set(asked).isdisjoint(wordings)
    assert [text for text, count in Counter(asked).items() if count > 1] == []


def test_each_entry_has_several_wordings_and_none_serves_two() -> None:
    wordings = [plain(wording) for entry in ENTRIES for wording in entry.wordings]

    assert [entry.title for entry in ENTRIES if len(entry.wordings) < 10] == []
    assert [wording for wording, count in Counter(wordings).items() if count > 1] == []


def test_no_tag_stands_alone() -> None:
    """One that is misspelt would drop out of its figures unseen."""
    tags = Counter(tag for question in CUSTOMERS for tag in question.get("tags", ()))

    assert min(tags.values()) >= 2
