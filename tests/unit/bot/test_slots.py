"""What a conversation keeps in mind, told as customers write it."""

from __future__ import annotations

import pytest

from bot.pipeline.follow import Follow
from bot.pipeline.slots import carried, order_number
from bot.store.codec import decode, encode
from bot.types import Said, Slots, Speaker, Turn
from tests.builders import SHOP, a_tenant, a_turn

NOW = 1_700_000_000.0


def customer(text: str, *, ago: float = 60.0) -> Said:
    return Said(Speaker.CUSTOMER, text, NOW - ago)


def bot(text: str, slots: Slots | None = None, *, ago: float = 59.0) -> Said:
    return Said(Speaker.BOT, text, NOW - ago, slots)


async def followed(text: str, *history: Said, minutes: float = 30.0) -> Turn:
    tenant = a_tenant(limits={"conversation_minutes": minutes})
    return await Follow({SHOP: tenant})(a_turn(text, history=history))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("订单 20240910XYZ 到哪了", "20240910XYZ"),
        ("订单号是：A-1234，怎么还没发货", "A-1234"),
        ("我的單號２０２４０９１０ＸＹＺ", "20240910XYZ"),
        ("我的订单２０２４０９１０ＸＹＺ呢", "20240910XYZ"),
        ("20240910XYZ", "20240910XYZ"),
        ("帮我查下3325874412968753201谢谢", "3325874412968753201"),
        ("where is my order #12345?", "12345"),
        ("My order number is KF-20240910, thanks", "KF-20240910"),
        ("不是订单A1001，是订单A1002", "A1002"),
    ],
)
def test_an_orders_number_is_read_as_it_was_written(text: str, number: str) -> None:
    assert order_number(text) == number


@pytest.mark.parametrize(
    "text",
    [
        "订单什么时候到",
        "我的订单有3件",
        "我的手机是13812345678",
        "电话+8613812345678",
        "快递单号SF1234567890123到哪了",
        "运单号7812345678901查一下",
        "身份证11010119900307123X",
        "卡号6222021234567890123",
        "2024-09-10下的单",
        "满300减50",
        "order something nice",
        "",
    ],
)
def test_other_numbers_are_no_orders(text: str) -> None:
    assert order_number(text) == ""


async def test_an_order_named_before_is_meant_by_what_comes_after() -> None:
    """ "订单 20240910XYZ" … "到哪了"."""
    history = customer("订单 20240910XYZ"), bot("请问需要什么帮助？", Slots(order="20240910XYZ"))

    assert (await followed("到哪了", *history)).slots == Slots(order="20240910XYZ")


async def test_a_number_alone_is_the_orders_for_who_was_asked_for_it() -> None:
    asked = customer("我的快递呢"), bot("请告诉我订单号。")

    assert (await followed("77123", *asked)).slots.order == "77123"
    assert (await followed("13812345678", *asked)).slots.order == ""
    assert (await followed("77123", customer("我的快递呢"), bot("快递三天内到。"))).slots.order == ""


async def test_a_later_order_takes_the_earlier_ones_place() -> None:
    history = customer("订单A1001到哪了"), bot("在路上。", Slots(order="A1001", item="围巾"))

    assert (await followed("那订单A1002呢", *history)).slots == Slots(order="A1002", item="围巾")


async def test_lines_of_an_older_version_are_read_again() -> None:
    old = b'{"by": "customer", "text": "\xe8\xae\xa2\xe5\x8d\x95A1001", "at": 1.0}'

    assert carried([decode(old, Said), bot("好的。")]) == Slots(order="A1001")


def test_what_was_kept_in_mind_survives_the_trip_through_json() -> None:
    line = bot("在路上。", Slots(order="A1001", item="围巾"))

    assert decode(encode(line), Said) == line


async def test_after_a_long_silence_nothing_said_before_is_meant() -> None:
    history = customer("订单A1001", ago=1802), bot("您好。", Slots(order="A1001"), ago=1801)

    turn = await followed("到哪了", *history)

    assert turn.history == ()
    assert turn.slots == Slots()


async def test_a_conversation_lasts_as_long_as_it_goes_on() -> None:
    """Its length is nothing to go by: only a silence ends it."""
    older = customer("在吗", ago=9000), bot("在的。", ago=8999)
    history = (
        customer("订单A1001", ago=3000),
        bot("您好。", ago=2990),
        customer("嗯", ago=1300),
        bot("好", ago=1290),
    )

    assert (await followed("到哪了", *older, *history)).history == history
    assert len((await followed("到哪了", *older, *history, minutes=0)).history) == 6
