"""What is asked of a thing, and which texts have a word of it."""

from __future__ import annotations

import pytest

from bot.pipeline.aspects import is_of_a_thing, is_told

COFFEE = "曼特宁\n货号：CF-102\n价格：79\n规格：250g"
SIGHT = "故宫\n地址：北京市东城区景山前街4号；电话：010-85007421；开放时间：8:30-17:00；门票：60元；周边景点：景山"


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("多少钱", COFFEE),
        ("多重", COFFEE),
        ("多重", "每袋250g的装"),
        ("what size is it", "Mug, 350 ml"),
        ("how much is it", COFFEE),
        ("地址在哪", SIGHT),
        ("电话多少", SIGHT),
        ("营业到几点", SIGHT),
        ("多少钱", SIGHT),
        ("附近有什么", SIGHT),
        ("多久能到", "付款后 48 小时内发货，2—4天到。"),
        ("有什么颜色", "雾蓝、燕麦白两款"),
        ("有货吗", "库存：12"),
        ("what colours", "Colours: white, black"),
        ("好用吗", COFFEE),
        ("怎么退货", COFFEE),
    ],
)
def test_a_text_tells_what_it_has_a_word_of(question: str, text: str) -> None:
    assert is_told(question, text)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("几点开门", COFFEE),
        ("你们的地址", COFFEE),
        ("客服电话多少", COFFEE),
        ("有货吗", COFFEE),
        ("有什么颜色", COFFEE),
        ("红色的多少钱", COFFEE),
        ("有什么颜色", SIGHT),
        ("phone number", "Lamp\nPrice: 45 USD"),
        ("Do you have this in size XL?", "Visa, or PayPal in 3 rates"),
    ],
)
def test_a_text_does_not_tell_what_it_has_no_word_of(question: str, text: str) -> None:
    assert is_of_a_thing(question)
    assert not is_told(question, text)
