"""What a shop calls differently from its customers is found by either word."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bot.settings import Settings
from bot.types import Passage
from knowledge.library import open_library
from knowledge.words import NO_WORDS, Words

FAQ = """Q: 七日鉴赏怎么申请
A: 在订单页申请。

Q: 订单怎么取消
A: 发货前可以取消。

Q: 会员怎么申请
A: 满一千元自动成为会员。
"""
OWN = {"七天无理由": ["7天退换", "七日鉴赏"], "APP": ["客户端"]}


def test_a_question_is_asked_in_all_words_that_mean_the_same_its_own_first() -> None:
    words = Words(OWN)

    assert words.ways("7天退换怎么弄") == [
        "7天退换怎么弄",
        "七天无理由怎么弄",
        "七日鉴赏怎么弄",
    ]
    assert words.ways("在app上怎么7天退换？")[1:] == [
        "在APP上怎么七天无理由?",
        "在客户端上怎么7天退换?",
        "在客户端上怎么七日鉴赏?",
    ]


def test_the_longest_word_counts_and_most_questions_have_none() -> None:
    assert Words({"退货": ["退回"], "退货险": ["运费险"]}).ways("退货险多少钱") == [
        "退货险多少钱",
        "运费险多少钱",
    ]
    assert Words(OWN).ways("怎么退货") == NO_WORDS.ways("怎么退货") == ["怎么退货"]


def test_of_many_words_some_are_tried() -> None:
    many = Words({"鞋": [f"鞋{number}" for number in range(20)]})

    assert len(many.ways("鞋多少钱")) == 4


async def test_the_entry_is_found_by_the_customers_word(tmp_path: Path) -> None:
    (tmp_path / "faq.txt").write_text(FAQ, encoding="utf-8")

    async def best(question: str, **changes: Any) -> Passage:
        tenant = {"name": "shop", "knowledge": [str(tmp_path / "faq.txt")], **changes}
        settings = Settings.model_validate({"data_dir": tmp_path / "data", "tenants": [tenant]})
        library = await open_library(settings)
        await library.sync_tenant(settings.tenants[0])
        found = await library.retriever.search("shop", question, channel=None, limit=3)
        await library.close()
        return found[0]

    without, with_words = await best("7天退换怎么申请"), await best("7天退换怎么申请", words=OWN)

    assert with_words.title == "七日鉴赏怎么申请"
    assert with_words.score > 0.9 > without.score
