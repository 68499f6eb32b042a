"""Answers over the sample shop's knowledge, true and untrue ones: what is let through, and what is held back.

Each row of `answers.jsonl` names the entry that a model was given (and gets four that stand beside it in the
shop's file, as a search would bring), what the customer asked, what the model says, and the words in it that
nothing bears out: none, where the answer says the same as the entry in other words.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.grounding.evidence import Evidence
from bot.grounding.text import plain
from bot.types import Passage
from tests.builders import a_passage, a_tenant, a_turn

SHOP = Path(__file__).parents[4] / "knowledge" / "sample_shop" / "faq.txt"
PERSONA = "你是青禾服饰的在线客服小禾，24小时在线，亲切、耐心、说话简洁。"
GIVEN = 5
FALSE_ALARMS = 0.05


@dataclass(frozen=True)
class Row:
    given: Sequence[str]
    ask: str
    say: str
    unborne: Sequence[str]


def entries() -> Iterator[Passage]:
    for block in SHOP.read_text(encoding="utf-8").split("\n\n"):
        lines = [line for line in block.splitlines() if not line.startswith("#")]
        titles = [line[3:] for line in lines if line.startswith("Q: ")]
        if titles:
            text = "\n".join(line.removeprefix("A: ") for line in lines if not line.startswith("Q: "))
            yield a_passage(text, id=titles[0], title=titles[0], source=titles[0])


ENTRIES = list(entries())
ROWS = [
    Row(**json.loads(line))
    for line in Path(__file__).with_name("answers.jsonl").read_text(encoding="utf-8").splitlines()
]
TRUE = [row for row in ROWS if not row.unborne]
UNTRUE = [row for row in ROWS if row.unborne]


def given(row: Row) -> tuple[Passage, ...]:
    at = next(number for number, entry in enumerate(ENTRIES) if entry.title == row.given[0])
    return tuple(ENTRIES[(at + step) % len(ENTRIES)] for step in range(GIVEN))


def faults(row: Row) -> list[str]:
    turn = a_turn(row.ask, passages=given(row))
    return [fault.words for fault in Evidence.of(turn, a_tenant(persona=PERSONA)).look(row.say).faults]


def test_there_are_enough_of_both_to_tell() -> None:
    assert min(len(TRUE), len(UNTRUE)) >= 45
    assert sum(row.say.isascii() or row.ask.isascii() for row in ROWS) >= 25


@pytest.mark.parametrize("row", UNTRUE, ids=lambda row: row.say[:30])
def test_each_thing_that_nothing_bears_out_is_found(row: Row) -> None:
    found = faults(row)

    missed = [words for words in row.unborne if not any(plain(words) in fault for fault in found)]
    assert missed == [], found


def test_hardly_any_true_answer_is_held_back() -> None:
    held = {row.say: found for row in TRUE if (found := faults(row))}

    assert len(held) <= FALSE_ALARMS * len(TRUE), held
