"""What may be seen of an answer in the making: whole sentences, and nothing that moderation would stop."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.pipeline.preview import Preview
from bot.pipeline.words import BlockedWords

REFUSAL = "抱歉，这个我不清楚。请联系人工客服。"


def seen(text: str, *blocked: str, refusal: str = REFUSAL, piece: int = 1) -> list[str]:
    """All that is shown of a text that comes a few letters at a time."""
    shown: list[str] = []
    preview = Preview(shown.append, BlockedWords(blocked), [refusal])
    for end in range(piece, len(text) + piece, piece):
        preview.hear(text[:end])
    return shown


def test_an_answer_is_shown_sentence_by_sentence() -> None:
    assert seen("七天内可以退货。要吊牌吗？要！谢谢") == [
        "七天内可以退货。",
        "七天内可以退货。要吊牌吗？",
        "七天内可以退货。要吊牌吗？要！",
    ]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("可以退货。其他", "可以退货。"),
        ("您可以退货! Yes", "您可以退货!"),
        ("可以吗?可以", "可以吗?"),
        ("稍等……马上", "稍等…"),
        ("第一步\n第二步", "第一步"),
        ("Sure. You can return it", "Sure."),
        ("It costs 3.5 euros. Fine", "It costs 3.5 euros."),
        ("1. 打开订单\n2. 点退货", "1. 打开订单"),
        ("见 https://shop.example/?a=1 即可。好", "见 https://shop.example/?a=1 即可。"),
    ],
)
def test_a_sentence_ends_where_a_reader_would_say_so(text: str, first: str) -> None:
    assert seen(text)[0] == first


def test_a_quotation_is_closed_when_its_end_came_along() -> None:
    assert seen("他说：“可以退。”我信", piece=20) == ["他说：“可以退。”"]


def test_half_a_sentence_is_not_shown() -> None:
    assert seen("七天内可以") == []
    assert seen(" \n ") == []


def test_a_line_end_alone_is_no_news() -> None:
    assert seen("可以。\n\n好的。") == ["可以。", "可以。\n\n好的。"]


def test_once_a_blocked_word_was_said_nothing_more_is_shown() -> None:
    assert seen("可以退货。去淘宝买吧。好的。再见。", "淘宝") == ["可以退货。"]


@pytest.mark.parametrize("text", ["好。去Ｔａｏ\nＢａｏ买。完。", "好。去TAO\n\nbao买。完。"])
def test_a_blocked_word_over_the_end_of_a_line_is_not_begun(text: str) -> None:
    assert seen(text, "taobao") == ["好。"]


def test_what_only_looked_like_the_beginning_of_a_word_is_shown_later() -> None:
    assert seen("去淘\n", "淘宝") == []
    assert seen("去淘\n米吧", "淘宝") == ["去淘"]


def test_a_blocked_word_may_hold_the_end_of_a_sentence() -> None:
    assert seen("是啊。对不起！！走开。", "不起!!走") == ["是啊。"]


def test_without_blocked_words_nothing_is_held_back() -> None:
    assert seen("去淘\n宝吧。", "", " ") == ["去淘", "去淘\n宝吧。"]


def test_a_refusal_is_not_shown_in_pieces() -> None:
    assert seen(REFUSAL) == []
    assert seen(f"{REFUSAL}\n") == []
    assert seen("抱歉，这个我不清楚。不过可以试试。")[0] == "抱歉，这个我不清楚。", (
        "once it can be no refusal any more"
    )


LETTERS = st.text(alphabet="ab。.\n !Ａ\u0301é")


def fold(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


@settings(max_examples=200, deadline=None, database=None)
@given(LETTERS, st.lists(LETTERS.filter(str.strip), max_size=3), st.integers(1, 5))
def test_nothing_shown_is_ever_part_of_a_blocked_word(text: str, words: list[str], piece: int) -> None:
    text = text.strip()
    shown = seen(text, *words, piece=piece, refusal="-")

    assert all(text.startswith(earlier) for earlier in shown)
    assert sorted(shown, key=len) == shown
    clear = len(fold(shown[-1])) if shown else 0
    for word in map(fold, words):
        found = fold(text).find(word)
        assert found == -1 or found >= clear


def test_nothing_is_shown_from_a_sentence_on_that_does_not_pass() -> None:
    shown: list[str] = []
    preview = Preview(shown.append, BlockedWords([]), [REFUSAL], lambda sentence: "三十" not in sentence)

    for text in ("七天内可以退。三十天内可以", "七天内可以退。三十天内可以换。再见。好。"):
        preview.hear(text)

    assert shown == ["七天内可以退。"]


def test_a_sentence_that_does_not_pass_hides_none_before_it_though_all_come_at_once() -> None:
    shown: list[str] = []
    preview = Preview(shown.append, BlockedWords([]), [REFUSAL], lambda sentence: "三十" not in sentence)

    preview.hear("七天内可以退。要吊牌。三十天内可以换。再见。")

    assert shown == ["七天内可以退。要吊牌。"]


def test_the_question_again_is_not_shown_and_an_answer_that_begins_with_it_is() -> None:
    assert seen("收到想退，怎么弄？", refusal="收到想退，怎么弄") == []
    assert (
        seen("收到想退，怎么弄？点申请退货。", refusal="收到想退，怎么弄")[-1]
        == "收到想退，怎么弄？点申请退货。"
    )
