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
