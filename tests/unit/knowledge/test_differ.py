"""Which questions may have one answer, and which must not meet, however near a model finds them."""

from __future__ import annotations

import pytest

from knowledge.differ import differ

SAME = [
    ("怎么退货", "请问如何退货呢"),
    ("提前还款利息怎么算", "如果我提前还款怎么算利息"),
    ("為什麼我沒額度", "为什么我没额度？"),
    ("能不能开发票", "可以开发票吗？"),
    ("多久发货", "一般多长时间发货呀"),
    ("2件有优惠吗", "两件有优惠吗"),
    ("QH-1023怎么洗", "qh-1023 如何洗"),
    ("How do I cancel my order?", "how do i cancel the order please"),
    ("canceling orders", "cancel order"),
]
APART = {
    "opposites": [
        ("怎么绑定银行卡", "怎么解绑银行卡"),
        ("如何开通会员", "如何关闭会员"),
        ("借款多久到账", "还款多久到账"),
    ],
    "numbers": [
        ("3天能退吗", "7天能退吗"),
        ("买两件多少钱", "买三件多少钱"),
        ("满100减多少", "满1000减多少"),
        ("满100减20吗", "满20减100吗"),
    ],
    "codes": [
        ("QH-1023多少钱", "QH-1024多少钱"),
        ("iPhone 15 有货吗", "iPhone 16 有货吗"),
        ("c++ 书", "c 书"),
    ],
    "names": [
        ("北京能送吗", "上海能送吗"),
        ("用顺丰发货吗", "用中通发货吗"),
        ("鞋能退吗", "能退吗"),
        ("到货了吗", "有货了吗"),
    ],
    "denials": [
        ("能退吗", "不能退吗"),
        ("收到验证码了", "没收到验证码了"),
        ("can I return it", "can't I return it"),
    ],
    "what is asked for": [
        ("怎么退款", "为什么退款"),
        ("怎么退款", "多久退款"),
        ("退款", "哪里退款"),
        ("how to pay", "when to pay"),
    ],
    "directions": [
        ("北京到上海多久", "上海到北京多久"),
        ("红色换黑色", "黑色换红色"),
        ("你给我打电话", "我给你打电话"),
    ],
    "languages": [("怎么退货", "how to return"), ("payment", "付款")],
    "nothing to tell by": [("怎么办", "怎么办呢"), ("？", "！")],
}


@pytest.mark.parametrize(("one", "other"), SAME)
def test_words_that_say_nothing_and_their_order_make_no_difference(one: str, other: str) -> None:
    assert not differ(one, other)
    assert not differ(other, one)


@pytest.mark.parametrize(
    ("why", "one", "other"), [(why, *pair) for why, pairs in APART.items() for pair in pairs]
)
def test_what_counts_makes_them_different(why: str, one: str, other: str) -> None:
    assert differ(one, other), why
    assert differ(other, one), why


def test_a_question_of_any_length_is_read_in_no_time() -> None:
    for text in ("我你" * 50_000, "怎么" * 50_000, "a-" * 50_000, "一" * 50_000, "不是" * 50_000):
        assert differ(text, "怎么退货")
