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
    ("发票怎么申请", "怎么申请发票"),
    ("退货怎么办理", "如何办理退货"),
    ("优惠券可以和积分一起用吗", "积分可以和优惠券一起用吗"),
    ("退货和换货的区别", "换货与退货的区别"),
    ("红色还是蓝色好看", "蓝色还是红色好看"),
    ("can i pay by card or cash", "can i pay by cash or card"),
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
    "what comes first": [
        ("可以先付款后发货吗", "可以先发货后付款吗"),
        ("退货后怎么开发票", "开发票后怎么退货"),
        ("付款后多久发货", "发货后多久付款"),
        ("退了再买可以吗", "买了再退可以吗"),
        ("先退款再退货还是先退货再退款", "先退货再退款还是先退款再退货吗"),
        ("can i ship before i pay", "can i pay before i ship"),
    ],
    "who does it, and to whom": [
        ("父母帮孩子买可以吗", "孩子帮父母买可以吗"),
        ("手机连电脑怎么弄", "电脑连手机怎么弄"),
        ("会员能用积分吗", "积分能用会员吗"),
        ("北京的衣服上海能退吗", "上海的衣服北京能退吗"),
        ("白色裙子和黑色腰带有吗", "黑色裙子和白色腰带有吗"),
        ("does the seller pay the buyer", "does the buyer pay the seller"),
    ],
    "and, or or": [("红色和黑色有吗", "红色或黑色有吗")],
    "directions": [
        ("北京到上海多久", "上海到北京多久"),
        ("红色换黑色", "黑色换红色"),
        ("积分怎么换", "怎么换积分"),
        ("北京和上海到广州多久", "广州和北京到上海多久"),
        ("ship from london to paris", "ship to london from paris"),
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
    for text in (
        "我你" * 50_000,
        "怎么" * 50_000,
        "和" * 50_000,
        "a-" * 50_000,
        "一" * 50_000,
        "不是" * 50_000,
    ):
        assert differ(text, "怎么退货")
