"""A blocked word is found however its letters are written."""

from __future__ import annotations

import pytest

from bot.pipeline.words import BlockedWords

WORDS = BlockedWords(["淘宝", "taobao", "这东西"])


@pytest.mark.parametrize(
    "text",
    [
        "淘宝",
        "淘 宝",
        "淘\u200b宝",
        "淘\u00ad宝",
        "淘\u2060\u202e宝",
        "淘\ufe0f宝",
        "ＴａｏＢａｏ",
        "tao\u200dbao",
        "淘寶",
        "這東西",
    ],
)
def test_width_blanks_what_nobody_sees_and_traditional_letters_hide_nothing(text: str) -> None:
    assert WORDS.are_in(f"去{text}看看")


def test_other_words_are_left_alone() -> None:
    assert not WORDS.are_in("淘气的宝宝，这个东西")


def test_what_nobody_sees_does_not_hide_that_a_word_begins() -> None:
    text = "去淘\u200b\n"

    assert WORDS.may_span(text, len(text))
    assert not WORDS.may_span("去陶\u200b\n", 4)
