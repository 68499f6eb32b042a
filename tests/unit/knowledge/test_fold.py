"""What says the same twice is kept once; what might not, is kept."""

from __future__ import annotations

import pytest

from knowledge.documents import Item, Loaded, entry, piece
from knowledge.fold import fold

TEXT = "自签收之日起七天内，商品未穿着、未洗涤、吊牌完好的，可以在订单页申请退货，运费由买家承担，质量问题由本店承担运费并退回全部货款。"


def faq(question: str, answer: str, row: int, *similar: str) -> Item:
    return entry(question, list(similar), answer, source="faq.csv", place=f"row {row}")


def pieces(*texts: str, titles: tuple[str, ...] = ()) -> list[str]:
    named = titles or ("退货",) * len(texts)
    items = [
        piece(title, text, source="a.md", place="line 1") for title, text in zip(named, texts, strict=True)
    ]
    return [item.text for item in fold(Loaded(tuple(items))).items]


def test_entries_that_say_the_same_are_one_with_the_wordings_of_both() -> None:
    loaded = fold(
        Loaded((faq("怎么退货", "七天内。", 2, "退货流程"), faq("怎么退货？", "七天内", 9, "不想要了")))
    )

    (item,) = loaded.items
    assert item.wordings == ("怎么退货", "退货流程", "怎么退货？", "不想要了")
    assert item.place == "row 2"
    assert loaded.folded == 1


def test_a_question_with_two_answers_is_named_and_both_are_kept() -> None:
    loaded = fold(Loaded((faq("怎么退货", "七天内", 2), faq("怎么退货?", "十五天内", 9))))

    assert len(loaded.items) == 2
    assert loaded.notes == ("faq.csv, row 9: asks what row 2 asks, and answers otherwise; both are kept",)


def test_pieces_that_hardly_differ_are_one() -> None:
    assert pieces(TEXT, TEXT.replace("，", ", "), TEXT.replace("订单页", "订单页面")) == [TEXT]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("七天", "十天"),
        ("未洗涤", "洗涤"),
        ("可以", "不可以"),
        ("买家承担", "卖家承担"),
        ("申请", "申请 A-1 "),
    ],
)
def test_what_changes_the_meaning_keeps_both(before: str, after: str) -> None:
    assert len(pieces(TEXT, TEXT.replace(before, after, 1))) == 2


def test_the_same_words_below_another_heading_are_another_piece() -> None:
    assert len(pieces("两天送达。", "两天送达。", titles=("上海", "北京"))) == 2


def test_prices_are_not_taken_for_one_another() -> None:
    assert len(pieces("运费 1.5 元", "运费 15 元")) == 2
