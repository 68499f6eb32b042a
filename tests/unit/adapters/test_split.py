"""Long texts are cut where a reader would pause."""

from __future__ import annotations

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from adapters.split import split
from tests.unit.adapters.conftest import FUZZ

_PIECES = [
    "你好",
    "。",
    "！",
    "\n\n",
    "\n",
    " ",
    "a",
    "e\u0301",
    "👨‍👩‍👧‍👦",
    "🇨🇳",
    "…",
    "”",
    "word ",
    "\r\n",
    "退货",
]
TEXTS = st.one_of(st.text(), st.lists(st.sampled_from(_PIECES), max_size=60).map("".join))
FAMILY = "👨‍👩‍👧‍👦"


@FUZZ
@given(TEXTS, st.integers(4, 80))
def test_each_part_fits_and_says_something(text: str, limit: int) -> None:
    for part in split(text, limit):
        assert 0 < len(part.encode()) <= limit
        units = regex.findall(r"\X", part)
        assert not units[0].isspace()
        assert not units[-1].isspace()


@FUZZ
@given(TEXTS, st.integers(4, 80))
def test_nothing_but_white_space_is_lost(text: str, limit: int) -> None:
    assert "".join("".join(split(text, limit)).split()) == "".join(text.split())


@FUZZ
@given(TEXTS, st.integers(30, 80))
def test_no_grapheme_that_fits_is_cut(text: str, limit: int) -> None:
    whole = [unit for unit in regex.findall(r"\X", text) if not unit.isspace()]
    if all(len(unit.encode()) <= limit for unit in whole):
        parts = [unit for part in split(text, limit) for unit in regex.findall(r"\X", part)]
        assert [unit for unit in parts if not unit.isspace()] == whole


def test_a_short_text_stays_in_one_piece() -> None:
    assert split("  七天内可以退货。\n\n运费由我们承担。 ", 2048) == ["七天内可以退货。\n\n运费由我们承担。"]


def test_white_space_alone_gives_no_part() -> None:
    assert split(" \n\t ", 10) == []


def test_a_paragraph_is_kept_whole_where_it_can_be() -> None:
    assert split("甲乙。丙丁。\n\n戊己。庚辛。", 30) == ["甲乙。丙丁。", "戊己。庚辛。"]


def test_a_sentence_keeps_its_closing_quotes() -> None:
    assert split("他说：“可以退！”请放心。", 28) == ["他说：“可以退！”", "请放心。"]


def test_a_very_early_pause_is_passed_over() -> None:
    assert split("好。" + "长" * 40, 60) == ["好。" + "长" * 18, "长" * 20, "长" * 2]


def test_a_family_is_not_torn_apart() -> None:
    assert split(FAMILY * 3, 30) == [FAMILY] * 3


def test_a_grapheme_larger_than_a_part_is_cut_between_code_points() -> None:
    assert "".join(split(FAMILY, 12)) == FAMILY


def test_a_limit_below_one_code_point_is_a_fault_of_the_caller() -> None:
    with pytest.raises(ValueError, match="4 bytes"):
        split("好", 3)
