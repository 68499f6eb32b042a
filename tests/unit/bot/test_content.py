"""What a question says of its matter, and how much of that a text has."""

from __future__ import annotations

import pytest

from bot.pipeline.content import content, held


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("大概多久", []),
        ("要消费多少？", ["消费"]),
        ("银行卡付的，多久到", ["银行卡付", "到"]),
        ("用SF123寄吗", ["用", "sf123", "寄"]),
    ],
)
def test_what_any_question_has_says_nothing_of_the_matter(text: str, said: list[str]) -> None:
    assert content(text) == said


def test_a_text_has_pieces_of_two_characters_and_whole_latin_words() -> None:
    text = "退款原路返回银行卡，寄 SF 也行"

    assert held(["银行卡付", "sf"], text) == pytest.approx(5 / 6)
    assert held(["到"], "到账") == 0, "one character may mean anything"
    assert held([], text) == 1
