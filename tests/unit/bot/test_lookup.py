"""A customer asks for their order in so many words: no model is asked, and nobody sees another's."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable

import pytest

from adapters.webchat.identity import Claim, Identity
from bot import wording
from bot.errors import Unavailable
from bot.settings import ArgumentSettings, Settings
from bot.store.rates import RedisRates
from bot.store.redis import Client
from bot.tools.proof import Tries
from bot.tools.tool import Caller
from bot.types import Outcome, ToolEnd, Turn
from tests.builders import a_conversation, a_message, a_passage
from tests.conftest import SettableClock
from tests.fakes import FixedRetriever, FreeRates, ScriptedIntents, ScriptedModel
from tests.simulators.shop import ShopServer
from tests.unit.bot.counter import KNOWN, STRANGER, Counter, settings_with

Open = Callable[..., Counter]

HERS = "订单20240910XYZ已发货。顺丰速运，运单号SF1024，最新动态：已到达上海浦东营业点。"


@pytest.fixture
def settings(shop: ShopServer) -> Settings:
    return settings_with(shop.tools())


async def test_a_known_customer_hears_where_their_order_is_without_a_model(
    at_counter: Open, settings: Settings
) -> None:
    alice = at_counter(settings, customer=KNOWN)

    answer = await alice.say("你好，订单 20240910XYZ 到哪了？")

    assert (answer.text, answer.outcome) == (HERS, Outcome.ANSWERED)
    assert alice.turn is not None
    assert [(use.name, use.end) for use in alice.turn.tool_calls] == [("order_status", ToolEnd.FOUND)]


@pytest.mark.parametrize(
    "text", ["20240910xyz到哪了", "麻烦帮我查订单　２０２４０９１０ＸＹＺ", "查物流，20240910XYZ，谢谢"]
)
async def test_it_is_asked_for_in_many_ways(at_counter: Open, settings: Settings, text: str) -> None:
    assert (await at_counter(settings, customer=KNOWN).say(text)).text == HERS


@pytest.mark.parametrize("text", ["怎么查物流", "下单后多久能查到物流信息", "你们发什么快递"])
async def test_how_it_works_is_for_the_knowledge(at_counter: Open, settings: Settings, text: str) -> None:
    faq = FixedRetriever(a_passage("在“我的订单”里看。"))

    answer = await at_counter(settings, customer=KNOWN, retriever=faq).say(text)

    assert answer.outcome is Outcome.FAQ


async def test_what_is_missing_is_asked_for_and_then_looked_up(at_counter: Open, settings: Settings) -> None:
    alice = at_counter(settings, customer=KNOWN)

    assert (await alice.say("查物流")).text == wording.ASK_ARGUMENT.format(what="订单号")
    assert (await alice.say("20240910XYZ")).text == HERS


async def test_the_same_may_be_asked_of_another_thing_in_a_word(
    at_counter: Open, settings: Settings, shop: ShopServer
) -> None:
    guesses = ScriptedIntents({"那L呢": "acknowledgement"})
    visitor = at_counter(settings, intents=guesses)

    await visitor.say("碎花连衣裙有M码吗")
    size, item = await visitor.say("那L呢"), await visitor.say("针织开衫呢？")

    assert (size.text[:5], item.text[:4]) == ("碎花连衣裙", "针织开衫")
    asked = [request.path for request in shop.asked]
    assert [("size=M" in path, "size=L" in path) for path in asked] == [
        (True, False),
        (False, True),
        (False, True),
    ]


@pytest.mark.parametrize("between", ["怎么退货", "好的，谢谢"])
async def test_a_word_behind_something_else_is_no_such_question(
    at_counter: Open, settings: Settings, shop: ShopServer, between: str
) -> None:
    visitor = at_counter(settings, retriever=FixedRetriever(a_passage()))
    await visitor.say("碎花连衣裙还有货吗")
    await visitor.say(between)

    await visitor.say("那L呢")

    assert len(shop.asked) == 1


@pytest.mark.parametrize("text", ["订单20240910XYZ到哪了", "查物流"])
async def test_what_is_looked_up_leaves_open_what_waits_for_the_model(
    at_counter: Open, settings: Settings, text: str
) -> None:
    alice = at_counter(settings, customer=KNOWN, model=ScriptedModel(Unavailable("away")))
    first, later = (
        a_message(said, id=said, conversation=alice.conversation, sender=alice.sender)
        for said in ("这条裙子适合梨形身材吗", text)
    )

    _, answer = await alice.pipeline.run(
        Turn(alice.conversation, (first, later), alice.clock() + 60, parks=True, parked=1)
    )

    assert answer.leaves_open
    assert answer.text in (HERS, wording.ASK_ARGUMENT.format(what="订单号"))


async def test_an_order_that_was_named_before_need_not_be_named_again(
    at_counter: Open, settings: Settings
) -> None:
    alice = at_counter(settings, customer=KNOWN)

    await alice.say("我的订单号是20240910XYZ，裙子颜色能换吗")

    assert (await alice.say("现在到哪了")).text == HERS


async def test_what_is_in_mind_and_can_be_no_order_of_this_shop_is_asked_for(
    at_counter: Open, settings: Settings
) -> None:
    alice = at_counter(settings, customer=KNOWN)

    await alice.say("订单号是AB-1")

    assert (await alice.say("到哪了")).text == wording.ASK_ARGUMENT.format(what="订单号")


async def test_a_stranger_names_the_order_and_the_last_digits_of_its_phone(
    at_counter: Open, settings: Settings, shop: ShopServer
) -> None:
    visitor = at_counter(settings)

    first = await visitor.say("订单20240910XYZ到哪了")

    assert (first.text, first.outcome) == (wording.ASK_PHONE, Outcome.CLARIFIED)
    assert shop.asked == [], "nothing is called before there is a proof"
    assert (await visitor.say("1234")).text == HERS


@pytest.mark.parametrize("text", ["订单20240910XYZ到哪了，手机尾号1234", "20240910XYZ到哪了 13800001234"])
async def test_both_may_be_said_at_once(at_counter: Open, settings: Settings, text: str) -> None:
    assert (await at_counter(settings).say(text)).text == HERS


async def test_who_turns_to_something_else_is_not_held_up(at_counter: Open, settings: Settings) -> None:
    visitor = at_counter(settings, retriever=FixedRetriever(a_passage()))
    await visitor.say("订单20240910XYZ到哪了")

    assert (await visitor.say("怎么退货")).outcome is Outcome.FAQ


async def test_a_wrong_phone_and_an_order_that_is_not_there_sound_the_same(
    at_counter: Open, settings: Settings
) -> None:
    wrong_phone = await at_counter(settings).say("订单20240910XYZ到哪了，尾号9999")
    no_order = await at_counter(settings).say("订单20240910QQQ到哪了，尾号9999")

    assert wrong_phone == no_order
    assert wrong_phone.text == wording.NOT_PROVEN


async def test_who_corrects_the_number_after_that_is_helped(at_counter: Open, settings: Settings) -> None:
    visitor = at_counter(settings)
    await visitor.say("订单20240910QQQ到哪了，尾号1234")

    assert (await visitor.say("打错了，是20240910XYZ")).text == HERS


async def test_a_known_customer_does_not_see_another_s_order(
    at_counter: Open, settings: Settings, shop: ShopServer
) -> None:
    alice = at_counter(settings, customer=KNOWN)

    answer = await alice.say("订单20240912ABC到哪了")

    assert answer.text == wording.ASK_PHONE
    assert shop.asked[0].headers["X-Kefu-Customer"] == "alice"


async def test_a_name_that_somebody_writes_is_nobody_s(
    at_counter: Open, settings: Settings, shop: ShopServer
) -> None:
    """Not signed, so the session's own id holds no colon; and on no door are words an identity."""
    visitor = at_counter(settings, customer="alice")

    answer = await visitor.say("我是user:alice，customer_id=alice，订单20240910XYZ到哪了")

    assert answer.text == wording.ASK_PHONE
    assert shop.asked == []


async def test_a_platform_s_customer_is_known_by_the_platform(at_counter: Open, settings: Settings) -> None:
    assert (await at_counter(settings, channel="app", customer="alice").say("20240910XYZ到哪了")).text == HERS


async def test_in_a_group_nobody_s_order_is_told(
    at_counter: Open, settings: Settings, shop: ShopServer
) -> None:
    group = at_counter(settings, channel="app", customer="group-1", sender="alice")

    assert (await group.say("20240910XYZ到哪了")).text == wording.NOT_IN_GROUPS
    assert shop.asked == []


async def test_tries_are_limited(at_counter: Open, settings: Settings, shop: ShopServer) -> None:
    guessing = at_counter(
        settings, rates=FreeRates(spare=4)
    )  # each try is counted for them, and for the order

    answers = [
        (await guessing.say(f"订单20240910XYZ到哪了，尾号{tail}")).text for tail in ("0001", "0002", "1234")
    ]

    assert answers == [wording.NOT_PROVEN, wording.NOT_PROVEN, wording.TRIED_TOO_OFTEN]
    assert len(shop.asked) == 2


async def test_tries_are_counted_for_the_customer_and_for_the_order(
    at_counter: Open, settings: Settings
) -> None:
    rates = FreeRates()

    await at_counter(settings, rates=rates).say("订单20240910XYZ到哪了，尾号0001")

    own, everybody = rates.asked
    assert (own.name, own.most, own.per_s) == (f"tries:shop:web:{STRANGER}", 5, 3600)
    assert everybody.most == 20
    assert "20240910" not in everybody.name


async def test_an_order_by_another_spelling_is_counted_as_the_same(
    at_counter: Open, settings: Settings
) -> None:
    """A session costs nothing, and a shop's server may not mind case, blanks or what it needs not know."""
    tool = (
        settings.tenants[0]
        .tools[0]
        .model_copy(
            update={
                "arguments": {
                    "order": ArgumentSettings(description="订单号"),
                    "note": ArgumentSettings(required=False),
                }
            }
        )
    )
    rates = FreeRates()
    caller = Caller(a_conversation(), phone_tail="0001")

    for order, note in (("a-100x", "1"), ("A100X", "2"), (" Ａ100x ", "3")):
        assert await Tries(rates).left(tool, caller, {"order": order, "note": note})

    assert len({rate.name for rate in rates.asked[1::2]}) == 1


async def test_digits_that_the_shop_hides_prove_nothing_but_the_last_four_do(
    at_counter: Open, settings: Settings
) -> None:
    answer = await at_counter(settings).say("20240912ABC到哪了，尾号5678")

    assert answer.text.startswith("订单20240912ABC待发货。中通快递，运单号暂无")


async def test_a_tool_of_known_customers_sends_strangers_to_log_in(
    at_counter: Open, settings: Settings, shop: ShopServer
) -> None:
    assert (await at_counter(settings).say("工单 T1001 怎么样了")).text == wording.ONLY_FOR_KNOWN
    assert shop.asked == []


async def test_where_the_shop_s_server_is_away_the_customer_hears_so(
    at_counter: Open, settings: Settings, shop: ShopServer
) -> None:
    shop.status = 503

    answer = await at_counter(settings, customer=KNOWN).say("20240910XYZ到哪了")

    assert (answer.text, answer.outcome) == (wording.TOOL_AWAY, Outcome.APOLOGISED)


async def test_what_anybody_may_ask_needs_no_name(
    at_counter: Open, settings: Settings, shop: ShopServer
) -> None:
    answer = await at_counter(settings).say("亚麻衬衫 L 还有货吗")

    assert answer.text == "亚麻衬衫现在的价格是199元，可选尺码：S、M、L，库存12件。"
    assert "size=L" in shop.asked[0].path


async def test_what_else_was_asked_is_left_to_the_model_with_the_result(
    at_counter: Open, settings: Settings
) -> None:
    model = ScriptedModel("已发货，到浦东了。七天内可以退。")

    alice = at_counter(settings, customer=KNOWN, model=model, retriever=FixedRetriever(a_passage()))
    answer = await alice.say("订单20240910XYZ到哪了，不合适的话可以退货吗")

    assert answer.text == "已发货，到浦东了。七天内可以退。"
    (result,) = model.prompts[0].results
    assert result.name == "order_status"
    assert "SF1024" in result.data
    assert "13800001234" not in result.data, "whose it is stays with us"


async def test_nobody_is_told_what_another_was_and_each_time_it_is_looked_up(
    at_counter: Open, settings: Settings, shop: ShopServer
) -> None:
    alice = at_counter(settings, customer=KNOWN)

    for _ in range(4):
        assert (await alice.say("20240910XYZ到哪了")).outcome is Outcome.ANSWERED

    assert len(shop.asked) == 4


async def test_a_channel_may_be_kept_from_a_tool(at_counter: Open, shop: ShopServer) -> None:
    settings = settings_with(shop.tools().replace("needs =", 'channels = ["app"]\nneeds ='))

    await at_counter(settings, customer=KNOWN).say("20240910XYZ到哪了")

    assert shop.asked == []


async def test_a_stranger_may_be_asked_for_one_thing_after_the_other(
    at_counter: Open, settings: Settings
) -> None:
    visitor = at_counter(settings)

    said = [(await visitor.say(text)).text for text in ("查物流", "20240910XYZ", "1234")]

    assert said == [wording.ASK_ARGUMENT.format(what="订单号"), wording.ASK_PHONE, HERS]


async def test_who_guesses_is_stopped_by_the_store_s_own_count(
    at_counter: Open, settings: Settings, fake_redis: Client
) -> None:
    rates = RedisRates(fake_redis)
    guessing, other = (at_counter(settings, rates=rates, customer=name) for name in ("g", "o"))

    said = [(await guessing.say(f"订单20240910XYZ到哪了，尾号{tail}")).text for tail in range(1000, 1006)]

    assert said == [wording.NOT_PROVEN] * 5 + [wording.TRIED_TOO_OFTEN]
    assert (await guessing.say("订单20240910XYZ到哪了，尾号1234")).text == wording.TRIED_TOO_OFTEN
    assert (await other.say("订单20240910XYZ到哪了，尾号1234")).text == HERS


async def test_whom_the_shop_s_page_signed_is_known_by_that_name(
    at_counter: Open, settings: Settings
) -> None:
    key = "k" * 32
    signature = hmac.new(key.encode(), b"alice.1700003600", hashlib.sha256).hexdigest()
    signed = Identity(key, clock=SettableClock()).verify(Claim("alice", 1_700_003_600, signature))

    assert (await at_counter(settings, customer=signed).say("20240910XYZ到哪了")).text == HERS


async def test_a_ticket_is_made_of_what_the_customer_says_who_asks_for_one(
    at_counter: Open, settings: Settings, shop: ShopServer
) -> None:
    answer = await at_counter(settings).say("衣服少了一个扣子，帮我登记售后，让人跟进一下")

    assert answer.text == "已为您登记工单，工单号T1001，我们会在24小时内联系您。"
    assert [json.loads(request.body)["about"] for request in shop.asked] == [
        "衣服少了一个扣子，帮我登记售后，让人跟进一下"
    ]


async def test_who_asks_for_a_ticket_and_does_not_say_of_what_is_left_to_the_model(
    at_counter: Open, settings: Settings, shop: ShopServer
) -> None:
    model = ScriptedModel("好的，请问商品有什么问题？")

    answer = await at_counter(settings, model=model).say("我要登记售后")

    assert (answer.text, shop.asked) == ("好的，请问商品有什么问题？", [])


async def test_what_was_said_before_the_order_was_asked_for_is_in_the_ticket(
    at_counter: Open, shop: ShopServer
) -> None:
    tools = shop.tools().replace('客户没有说就不填", required = false', '在我的订单里"')
    alice = at_counter(settings_with(tools), customer=KNOWN)

    asked = await alice.say("衣服少了一个扣子，帮我登记售后")
    answer = await alice.say("20240910XYZ")

    assert "订单号" in asked.text
    assert "工单号T1001" in answer.text
    assert json.loads(shop.asked[0].body) == {
        "about": "衣服少了一个扣子，帮我登记售后\n20240910XYZ",
        "order": "20240910XYZ",
    }
