"""Promises in words that a shop did not give, and words that only look like one."""

from __future__ import annotations

import pytest

from tests.unit.bot.grounding.looking import unborne

NOTHING = ("说明", "资料")


@pytest.mark.parametrize(
    "said",
    [
        "十分期待您的再次光临！",
        "请发送您的订单号给我们，我们会尽快为您配送您的商品。",
        "退货时请保证商品完好、吊牌齐全。",
        "请您务必保证包装完整。",
        "仓库会进行货品检查，确保修改无误。",
        "为避免费用争议，请确保价格标签还在。",
        "请告诉我您是什么时候退的。",
        "每件都经过品质保障检测，优质保暖面料，安全天然。",
        "线上门店都有这款钱包邮寄须知。",
        "适当日晒，首次日常清洗请用冷水。",
        "说明天然成分，昼夜温差大的产地，以后天凉也能穿。",
        "我们出库前会再检查，我们出现问题会道歉。",
        "请提供您出生日期。",
        "银行货款到账的部分期间，改正品质。",
        "BPA-free and hassle-free, in free size, of genuine leather.",
    ],
)
def test_words_that_hold_the_letters_of_a_promise_promise_nothing(said: str) -> None:
    assert unborne(NOTHING, said=said) == []


@pytest.mark.parametrize(
    "said",
    [
        "可以分期付款。",
        "送您一张券。",
        "我们保证商品完好送达。",
        "我们保证7天到。",
        "这是行货。",
        "本品保修。",
        "支持保价。",
        "所以免费哦。",
        "可以免费换。",
        "什么时候都能退。",
        "有质保的。",
        "享受国家三包。",
        "师傅上门。",
        "当天发。",
        "从明天开始。",
        "全天在线。",
        "书包包邮。",
        "运费我们出。",
        "运费需您出。",
        "It is free.",
    ],
)
def test_the_promises_that_are_made_of_these_letters_are_seen(said: str) -> None:
    assert unborne(NOTHING, said=said) != []


def test_a_promise_is_denied_behind_its_name_too() -> None:
    entry = ("能开专票吗", "可以开普通发票，不能开专用发票。")

    assert unborne(entry, said="抱歉，专票开不了哦。") == []
    assert unborne(entry, said="专票可以开。") != []


POSTAGE = ("包邮吗", "单笔满99元包邮，不满收8元运费。")
CHILD = ("儿童", "1.2米以下儿童免费。")
TERM = ("退货", "7天内无理由退货。")


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (POSTAGE, "不满99元包邮。"),
        (POSTAGE, "99元以下的订单包邮。"),
        (POSTAGE, "低于99元免运费哦。"),
        (CHILD, "1.2米以上儿童免费。"),
        (TERM, "超过7天也可以无理由退货。"),
    ],
)
def test_what_holds_on_one_side_of_a_bound_is_not_promised_on_the_other(
    entry: tuple[str, str], said: str
) -> None:
    assert unborne(entry, said=said) != []


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (POSTAGE, "99元以上包邮。"),
        (POSTAGE, "订单达到99元就免运费。"),
        (POSTAGE, "不满99元不包邮，满了99元包邮。"),
        (POSTAGE, "不满99元的话，运费8元；满99元，包邮。"),
        (CHILD, "身高不超过1.2米的儿童免费。"),
        (TERM, "7天内可以无理由退货，超过7天就不行了。"),
        (("满减", "满99元包邮，会员不满99元也包邮。"), "会员不满99元也包邮。"),
    ],
)
def test_the_same_side_is_told_in_any_words(entry: tuple[str, str], said: str) -> None:
    assert unborne(entry, said=said) == []


@pytest.mark.parametrize(
    ("asked", "said", "let"),
    [
        ("换货要收两次运费吗", "是的，换货要收两次运费。", False),
        ("可以换三次吗", "可以换三次哦。", False),
        ("换货要收两次运费吗", "不用收两次运费，只收一次。", True),
        ("我都换两次了", "您已经换了两次，很抱歉。", True),
        ("我催过三次", "看到您催过三次，我们马上核实。", True),
        ("我买了3件", "您的3件都可以一起寄回。", True),
    ],
)
def test_how_often_something_may_be_or_must_be_is_not_the_customer_s_to_say(
    asked: str, said: str, let: bool
) -> None:
    entry = ("换货运费谁出", "换货只收一次运费。")

    assert (unborne(entry, said=said, asked=asked) == []) is let


BUT = ("能退吗", "支持7天无理由退货（内衣、定制商品除外）。")


@pytest.mark.parametrize(
    ("asked", "said", "let"),
    [
        ("内衣能退吗", "可以的，支持7天无理由退货。", False),
        ("定制商品能退吗", "支持7天无理由退货哦。", False),
        ("内衣能退吗", "支持7天无理由退货，但内衣除外。", True),
        ("内衣能退吗", "支持7天无理由退货。内衣不在此范围内。", True),
        ("内衣能退吗", "抱歉，内衣不支持7天无理由退货。", True),
        ("外套能退吗", "支持7天无理由退货。", True),
        ("除了内衣都能退吗", "支持7天无理由退货。", True),
        ("怎么退", "支持7天无理由退货。", True),
    ],
)
def test_who_asks_of_an_exception_hears_of_it(asked: str, said: str, let: bool) -> None:
    assert (unborne(BUT, said=said, asked=asked) == []) is let
