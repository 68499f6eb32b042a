"""Where a shop is and where it sends to: no place is added, and no other word is taken for one."""

from __future__ import annotations

import pytest

from tests.unit.bot.grounding.looking import unborne

HOTEL = ("酒店在哪", "杭州西湖区文三路88号，近地铁2号线。")
REMOTE = ("运费", "偏远地区运费15元。")
ALL = ("发货", "全国都可以发货。")


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (HOTEL, "酒店在上海静安区文三路88号。"),
        (HOTEL, "我们在南京也有分店。"),
        (("发货", "现货当天寄出。"), "我们从广州发货。"),
        (("shipping", "We ship from Shanghai."), "我们从广州发货。"),
    ],
)
def test_a_place_that_nothing_names_is_not_told(entry: tuple[str, str], said: str) -> None:
    assert unborne(entry, said=said) != []


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (HOTEL, "酒店在杭州市西湖区文三路88号。"),
        (HOTEL, "抱歉，我们在上海没有分店，只在杭州。"),
        (REMOTE, "新疆、西藏等偏远地区运费15元。"),
        (ALL, "可以的，新疆、江浙沪都可以发货。"),
        (("发货", "江浙沪次日达。"), "江苏、浙江、上海次日达。"),
        (("shipping", "We ship from Shanghai."), "我们从上海发货。"),
        (("说明", "资料"), "适合肥胖的人，长沙发配大理石，东西安全，请确保定时打开。"),
        (("说明", "资料"), "大同小异，大连衣裙不适合大庆典，按北京时间算，优惠州际通用。"),
        (("说明", "资料"), "办成都会通知您，送上海鲜。"),
    ],
)
def test_what_was_named_or_follows_is_told_and_other_words_are_no_places(
    entry: tuple[str, str], said: str
) -> None:
    assert unborne(entry, said=said) == []


def test_a_customer_names_where_they_are() -> None:
    assert unborne(HOTEL, asked="我在成都，远吗", said="您在成都，到我们杭州的酒店比较远。") == []
