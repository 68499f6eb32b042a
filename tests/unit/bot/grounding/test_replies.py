"""An entry whose answer is a bare yes or no says what its question asks, or that it is not so."""

from __future__ import annotations

import pytest

from bot.grounding.replies import stated
from bot.grounding.text import plain
from tests.unit.bot.grounding.looking import unborne


@pytest.mark.parametrize(
    ("title", "text", "statement"),
    [
        ("支持货到付款吗", "抱歉，暂不支持。", "不支持货到付款。"),
        ("能用信用卡吗？", "不能哦。", "不能用信用卡。"),
        ("能不能发顺丰", "不能", "不能发顺丰。"),
        ("你们发顺丰吗", "不发的哦", "不发顺丰。"),
        ("有没有实体店", "抱歉，没有的哦~", "没有实体店。"),
        ("是否支持分期", "支持的", "支持分期。"),
        ("货到付款可以吗", "不可以！", "货到付款不可以。"),
        ("要押金吗", "不用", "不要押金。"),
        ("包邮吗", "是的，全国都可以。", "包邮。"),
        ("可以用花呗吗", "可以的，在收银台选择即可。", "可以用花呗。"),
        ("包邮吗", "是的，满99元包邮。", ""),
        ("能退吗", "可以，质量问题的话。", ""),
        ("可以带宠物吗", "不可以带猫，可以带狗。", ""),
        ("支持货到付款吗", "不支持的是分期。", ""),
        ("怎么退货", "不可以", ""),
        ("货到付款", "暂不支持", ""),
        ("怎么付款，能分期吗", "不能", ""),
    ],
)
def test_a_bare_yes_or_no_is_read_with_its_question(title: str, text: str, statement: str) -> None:
    assert stated(plain(title), plain(text)) == statement


@pytest.mark.parametrize(
    ("title", "text", "right", "wrong"),
    [
        ("支持货到付款吗", "抱歉，暂不支持。", "抱歉，我们不支持货到付款。", "支持货到付款的。"),
        ("能用信用卡吗", "不能哦。", "抱歉，不能用信用卡。", "可以用信用卡付款。"),
        ("能发顺丰吗", "不能", "我们不发顺丰。", "可以发顺丰。"),
        ("包邮吗", "是的，都可以。", "包邮的哦。", "不包邮。"),
        ("有运费险吗", "没有", "抱歉，没有运费险。", "有运费险。"),
    ],
)
def test_what_it_says_is_borne_out_and_the_opposite_is_not(
    title: str, text: str, right: str, wrong: str
) -> None:
    assert unborne((title, text), said=right) == []
    assert unborne((title, text), said=wrong) != []
