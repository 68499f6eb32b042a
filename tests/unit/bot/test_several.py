"""Who asks about several things at once hears of each; what changes something is done to one at a time."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot import wording
from bot.settings import Settings, ToolSettings
from bot.tools.asks import Asks
from bot.types import Outcome
from tests.fakes import FreeRates, ScriptedModel
from tests.simulators.shop import ORDERS, ShopServer
from tests.unit.bot.counter import KNOWN, Counter, settings_with
from tests.unit.bot.orders import CALLED, CANCEL, STATUS

Open = Callable[..., Counter]

pytestmark = pytest.mark.usefixtures("called")

ONE, OTHER, NONE = "20240910XYZ", "20240911XYZ", "20240999XYZ"
HERS = "订单20240910XYZ已发货。顺丰速运，运单号SF1024，最新动态：已到达上海浦东营业点。"


@pytest.fixture
def settings(shop: ShopServer) -> Settings:
    return settings_with(shop.tools())


@pytest.fixture
def orders() -> Settings:
    return settings_with(CANCEL + STATUS)


@pytest.mark.parametrize(
    "text",
    [
        f"订单{ONE}到哪了，还有{OTHER}到哪了",
        f"{ONE}和{OTHER}到哪了？",
        f"查订单\n{ONE}\n{OTHER}",
        f"{ONE} {OTHER} 发货了吗",
    ],
)
@pytest.mark.parametrize("model", [None, ScriptedModel("不用我说。")])
async def test_of_two_orders_both_are_told(
    at_counter: Open, orders: Settings, text: str, model: ScriptedModel | None
) -> None:
    answer = await at_counter(orders, customer=KNOWN, model=model).say(text)

    assert answer.text == f"订单{ONE}已发货。\n\n订单{OTHER}已发货。"
    assert answer.outcome is Outcome.ANSWERED


async def test_of_two_prices_both_are_told(at_counter: Open, settings: Settings) -> None:
    answer = await at_counter(settings).say("亚麻衬衫和针织开衫多少钱")

    assert "亚麻衬衫现在的价格是199元" in answer.text
    assert "针织开衫现在的价格是269元" in answer.text


def stock_of(text: str) -> list[tuple[str | None, str | None]]:
    tool = ToolSettings.model_validate(
        {
            "name": "stock",
            "description": "查库存",
            "url": "http://shop.example/stock",
            "arguments": {
                "item": {"enum": ["亚麻衬衫", "针织开衫"]},
                "size": {"enum": ["XL", "S", "M", "L"], "required": False},
            },
            "asks": ["还有货吗"],
            "template": "{left}件",
        }
    )
    return [(one.get("item"), one.get("size")) for one in Asks(tool).read(text)]


def test_each_thing_has_what_was_named_with_it() -> None:
    assert stock_of("亚麻衬衫M和L") == [("亚麻衬衫", "M"), ("亚麻衬衫", "L")]
    assert stock_of("亚麻衬衫和针织开衫的M码") == [("亚麻衬衫", "M"), ("针织开衫", "M")]
    assert stock_of("亚麻衬衫l码，针织开衫XL码") == [("亚麻衬衫", "L"), ("针织开衫", "XL")]
    assert stock_of("亚麻衬衫，就是那件亚麻衬衫") == [("亚麻衬衫", None)]
    assert stock_of("不是亚麻衬衫，是针织开衫") == [("针织开衫", None)]


def test_a_letter_of_a_word_is_no_size() -> None:
    assert stock_of("针织开衫M码还有货吗, please tell me. Thanks") == [("针织开衫", "M")]
    assert stock_of("针织开衫2XL") == [("针织开衫", None)]


def test_what_has_no_looks_of_its_own_is_each_that_is_asked_for() -> None:
    tool = ToolSettings.model_validate(
        {
            "name": "cancel",
            "description": "取消订单",
            "python": "tests.unit.bot.orders:cancel",
            "arguments": {"order": {}},
            "asks": ["取消订单 {order}"],
            "template": "好",
            "side_effect": True,
        }
    )

    asked = Asks(tool).find("帮我取消订单A-100，取消订单A-200")

    assert asked is not None
    assert asked.each == [{"order": "A-100"}, {"order": "A-200"}]


async def test_one_that_is_not_there_is_named(at_counter: Open, orders: Settings) -> None:
    answer = await at_counter(orders, customer=KNOWN).say(f"{ONE}和{NONE}到哪了")

    nothing = orders.tenants[0].tools[1].nothing
    assert answer.text == f"订单{ONE}已发货。\n\n{NONE}：{nothing}"


async def test_more_than_three_are_cut_short_and_said_to_be(at_counter: Open, orders: Settings) -> None:
    many = "，".join(f"2024091{number}XYZ" for number in range(5))

    answer = await at_counter(orders, customer=KNOWN).say(f"查订单，{many}")

    assert len(CALLED) == 3
    assert answer.text.endswith(wording.CUT_SHORT)


async def test_what_else_was_asked_is_left_to_the_model_with_all_results(
    at_counter: Open, orders: Settings
) -> None:
    model = ScriptedModel("都已发货，七天内可以退。")

    await at_counter(orders, customer=KNOWN, model=model).say(f"{ONE}和{OTHER}到哪了，不合适可以退货吗")

    assert [result.arguments for result in model.prompts[0].results] == [{"order": ONE}, {"order": OTHER}]


async def test_a_stranger_proves_each_order(at_counter: Open, settings: Settings, shop: ShopServer) -> None:
    rates = FreeRates()
    visitor = at_counter(settings, rates=rates)

    first = await visitor.say("20240910XYZ和20240912ABC到哪了")
    assert (first.text, shop.asked) == (wording.ASK_PHONE, [])
    answer = await visitor.say("1234")

    assert answer.text == f"{HERS}\n\n20240912ABC：{wording.NOT_PROVEN}"
    assert len([rate for rate in rates.asked if rate.most == 5]) == 2, "each is a try"


async def test_tries_run_out_between_two_orders(
    at_counter: Open, settings: Settings, shop: ShopServer
) -> None:
    visitor = at_counter(settings, rates=FreeRates(spare=2))

    answer = await visitor.say("20240910XYZ和20240912ABC到哪了，手机尾号1234")

    assert answer.text == f"{HERS}\n\n20240912ABC：{wording.TRIED_TOO_OFTEN}"
    assert len(shop.asked) == 1


async def test_a_known_customer_proves_the_order_that_is_not_theirs(
    at_counter: Open, settings: Settings
) -> None:
    alice = at_counter(settings, customer=KNOWN)

    first = await alice.say("20240910XYZ和20240912ABC到哪了")
    assert first.text == f"{HERS}\n\n20240912ABC：{wording.ASK_PHONE}"
    answer = await alice.say(ORDERS["20240912ABC"]["receiver"]["phone"][-4:])

    assert "订单20240912ABC待发货" in answer.text


async def test_a_server_that_is_away_is_asked_once(
    at_counter: Open, settings: Settings, shop: ShopServer
) -> None:
    shop.status = 503

    answer = await at_counter(settings, customer=KNOWN).say("20240910XYZ和20240912ABC到哪了")

    assert answer.outcome is Outcome.APOLOGISED
    assert len(shop.asked) == 1


async def test_another_size_is_asked_of_each(at_counter: Open, settings: Settings, shop: ShopServer) -> None:
    visitor = at_counter(settings)
    await visitor.say("亚麻衬衫和针织开衫M码还有货吗")

    answer = await visitor.say("那L呢")

    assert "亚麻衬衫" in answer.text
    assert "针织开衫" in answer.text
    assert ["size=L" in request.path for request in shop.asked] == [False, False, True, True]


async def test_the_number_that_is_brought_takes_the_place_of_the_others(
    at_counter: Open, orders: Settings
) -> None:
    alice = at_counter(orders, customer=KNOWN)
    await alice.say(f"{NONE}到哪了")

    assert (await alice.say(f"打错了，{ONE}和{OTHER}")).text == f"订单{ONE}已发货。\n\n订单{OTHER}已发货。"


@pytest.mark.parametrize("text", [f"帮我取消订单{ONE}和{OTHER}", f"取消订单{ONE}，取消订单{OTHER}"])
async def test_of_two_orders_none_is_cancelled_before_the_customer_says_which(
    at_counter: Open, orders: Settings, text: str
) -> None:
    alice = at_counter(orders, customer=KNOWN)

    answer = await alice.say(text)
    assert (answer.text, answer.outcome, CALLED) == (wording.ASK_WHICH, Outcome.CLARIFIED, [])
    await alice.say(OTHER)

    assert CALLED == [("cancel", OTHER)]


async def test_which_of_two_orders_is_meant_a_model_may_know(at_counter: Open, orders: Settings) -> None:
    model = ScriptedModel("请问两个订单都取消吗？")

    answer = await at_counter(orders, customer=KNOWN, model=model).say(f"帮我取消订单{ONE}和{OTHER}")

    assert (answer.text, CALLED) == ("请问两个订单都取消吗？", [])


async def test_two_that_are_looked_up_by_post_are_two_requests(at_counter: Open, shop: ShopServer) -> None:
    """A server that knew the key would answer the second with the first."""
    tools = shop.tools().replace('url = "', 'method = "POST"\nurl = "', 1)
    shop.page = '{"order": {"number": "1"}}'

    await at_counter(settings_with(tools), customer=KNOWN).say("20240910XYZ和20240912ABC到哪了，尾号1234")

    keys = {request.headers["Idempotency-Key"] for request in shop.asked}
    assert len(keys) == 2
