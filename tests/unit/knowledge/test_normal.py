"""Ways of writing that make no difference to what is asked."""

from __future__ import annotations

import pytest

from knowledge.lexical import terms
from knowledge.normal import plain, simplified
from knowledge.opposites import Turned


def test_traditional_characters_are_simplified_and_pictures_left_out() -> None:
    assert simplified("請問這件衣服能退貨嗎😭") == "请问这件衣服能退货吗"
    assert simplified("怎么退货[微笑]") == "怎么退货"
    assert simplified("[代金券]怎么用") == "[代金券]怎么用", "a name in brackets is no picture"


def test_words_are_the_same_in_every_width_and_script() -> None:
    assert plain("ＸＬ碼") == "xl码"
    assert list(terms("發貨")) == list(terms("发货"))


@pytest.mark.parametrize(
    ("question", "wording"),
    [
        ("怎么解绑银行卡", "怎么绑定银行卡"),
        ("解绑手机号", "如何绑手机"),
        ("我要还款", "我要借款"),
        ("开通会员", "注销会员"),
        ("how do i unsubscribe", "how do i subscribe"),
    ],
)
def test_opposite_actions_are_told_apart(question: str, wording: str) -> None:
    assert Turned(question).has(wording)
    assert Turned(wording).has(question)


@pytest.mark.parametrize(
    ("question", "wording"),
    [
        ("怎么解绑银行卡", "解除绑定银行卡"),
        ("怎么绑卡", "绑定银行卡失败"),
        ("借的钱怎么还款", "怎么还款"),
        ("怎么退货", "怎么换货"),
    ],
)
def test_what_names_both_or_neither_is_no_opposite(question: str, wording: str) -> None:
    assert not Turned(question).has(wording)
    assert not Turned(wording).has(question)
