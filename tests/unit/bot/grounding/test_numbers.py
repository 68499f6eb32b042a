"""Numbers as models write them: in Markdown, in steps, as people say prices, in ranges of hours."""

from __future__ import annotations

import pytest

from tests.unit.bot.grounding.looking import unborne


@pytest.mark.parametrize(
    "said",
    [
        "**1. 打开订单**\n**2. 点申请**",
        "### 2. 寄回商品",
        "- 2. 寄回商品",
        "1️⃣ 打开订单\n2️⃣ 点申请",
        "**步骤1：** 打开订单\n**步骤2：** 点申请",
        "方式2：打电话\n选项 3. 留言",
        "好的，方案2可以退货，步骤3就是寄回。",
        "Step 2: tap the button.",
        "请保持完好，以免影响二次销售。",
    ],
)
def test_what_numbers_a_list_or_a_step_is_no_claim(said: str) -> None:
    assert unborne(("说明", "资料"), said=said) == []


@pytest.mark.parametrize(
    ("said", "claimed"),
    [
        ("**2天**内发货", ["2天"]),
        ("方案2个月", ["2个月"]),
        ("方案2.5元", ["2.5元"]),
        ("二次配送", ["二次"]),
        ("一天之内发货", ["一天"]),
        ("12 days", ["12 days"]),
        ("电池6000mAh", ["6000mah"]),
    ],
)
def test_a_number_beside_it_still_is(said: str, claimed: list[str]) -> None:
    assert unborne(("说明", "资料"), said=said) == claimed


@pytest.mark.parametrize(
    ("given", "right", "wrong"),
    [
        ("售价49.9元", "49块9就够了。", "49块5就够了。"),
        ("售价8.5元", "八块五一份。", "九块五一份。"),
        ("49元9折", "49块9折", "49块8折"),
        ("下午4:00-6:00配送", "16:00到18:00配送。", "16:00到19:00配送。"),
        ("晚上八点到十点开门", "20:00–22:00开门。", "20:00–23:00开门。"),
        ("晚上10:00-2:00开门", "22:00–2:00开门。", "22:00–14:00开门。"),
        ("电池5000毫安时", "电池5000mAh。", "电池4500mAh。"),
        ("每日3次，每次2片", "一天吃三次。", "一天吃四次。"),
        ("全年无休", "春节照常营业。", "24小时营业。"),
    ],
)
def test_the_same_in_everyday_words_is_borne_out_and_no_other(given: str, right: str, wrong: str) -> None:
    assert unborne(("说明", given), said=right) == []
    assert unborne(("说明", given), said=wrong) != []
