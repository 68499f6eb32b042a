"""Two sources that say different things are named, with both places."""

from __future__ import annotations

from knowledge.disagree import disagreements
from knowledge.documents import Item, entry, piece, product


def faq(question: str, answer: str, source: str, *similar: str) -> Item:
    return entry(question, list(similar), answer, source=source, place="row 2")


def bag(price: str, source: str, *codes: str) -> Item:
    return product("帆布袋", codes, [("价格", price)], source=source, place="row 2")


def test_one_question_with_two_answers_is_told_once_however_many_wordings_are_the_same() -> None:
    old, new = faq("怎么退货", "七天内", "a.csv", "能退吗"), faq("能退吗？", "十五天", "b.csv", "怎么退货")

    assert disagreements([old, new]) == [
        "b.csv, row 2: asks what a.csv, row 2 asks, and answers otherwise; both are kept"
    ]


def test_the_same_answer_is_no_contradiction_nor_is_what_one_source_says_twice() -> None:
    assert disagreements([faq("怎么退货", "七天内。", "a.csv"), faq("怎么退货", "七天内", "b.csv")]) == []
    assert disagreements([faq("怎么退货", "七天内", "a.csv"), faq("怎么退货", "十五天", "a.csv")]) == []


def test_a_product_is_known_by_its_code_and_not_by_its_name() -> None:
    assert disagreements([bag("25", "a.csv", "QH-1"), bag("29", "b.csv", "qh-2")]) == []
    assert disagreements([bag("25", "a.csv", "QH-1"), bag("29", "b.csv", "qh-1")]) == [
        "b.csv, row 2: has the code of a.csv, row 2, and tells otherwise; both are kept"
    ]


def test_only_what_is_new_is_told_where_that_is_asked_for() -> None:
    items = [
        faq("怎么退货", answer, source) for answer, source in (("七天", "a"), ("八天", "b"), ("九天", "c"))
    ]

    assert disagreements(items, ["c"]) == [
        "c, row 2: asks what a, row 2 asks, and answers otherwise; both are kept"
    ]


def test_documents_say_many_things_below_one_heading() -> None:
    pieces = [piece("退货", text, source=text, place="line 1") for text in ("七天内。", "十五天内。")]

    assert disagreements(pieces) == []
