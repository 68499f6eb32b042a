"""Orders, stock and tickets: what the shop's own server knows."""

from __future__ import annotations

from bot import wording
from bot.types import Outcome
from tests.scenarios.stories.customer import at_dingtalk, at_wecom, on_the_site
from tests.scenarios.stories.street import Street

ORDER = "20240910XYZ"


async def a_known_customer_hears_of_their_own_order_at_once(street: Street) -> None:
    async with on_the_site(street, known_as="alice") as alice:
        await alice.asks(f"订单{ORDER}到哪了", "已发货", "上海浦东", by=Outcome.ANSWERED)

    assert street.model.asked == [], "what was asked in so many words needs no model"


async def a_stranger_is_asked_for_the_last_digits_of_the_phone(street: Street) -> None:
    async with on_the_site(street) as stranger:
        await stranger.asks(f"订单{ORDER}到哪了", wording.ASK_PHONE, by=Outcome.CLARIFIED, never=["上海"])
        await stranger.asks("1234", "顺丰速运", "上海浦东", by=Outcome.ANSWERED)


async def wrong_digits_tell_nothing_of_an_order(street: Street) -> None:
    async with on_the_site(street) as stranger:
        await stranger.asks(f"订单{ORDER}到哪了，手机尾号9999", wording.NOT_PROVEN, by=Outcome.CLARIFIED)
        await stranger.asks("那是0000", wording.NOT_PROVEN, never=["顺丰", "王小姐"])


async def another_customer_of_the_shops_does_not_see_it_either(street: Street) -> None:
    bob = at_wecom(street, "bob")
    await bob.asks(f"{ORDER} 到哪了", wording.ASK_PHONE, by=Outcome.CLARIFIED, never=["上海"])
    await bob.asks("20240912ABC 发货了吗", "待发货", by=Outcome.ANSWERED)


async def the_number_is_asked_for_when_it_is_missing(street: Street) -> None:
    async with on_the_site(street, known_as="alice") as alice:
        await alice.asks("我的快递到哪了", wording.ASK_ARGUMENT.format(what="订单号"), by=Outcome.CLARIFIED)
        await alice.asks(ORDER, "上海浦东", by=Outcome.ANSWERED)


async def the_order_of_before_is_still_meant(street: Street) -> None:
    async with on_the_site(street, known_as="alice") as alice:
        await alice.asks(f"订单{ORDER}到哪了", "上海浦东")
        await alice.asks("怎么退货", "申请退货")
        await alice.asks("现在到哪了", "上海浦东", by=Outcome.ANSWERED)


async def an_order_that_is_not_there_looks_like_somebody_elses(street: Street) -> None:
    async with on_the_site(street, known_as="alice") as alice:
        await alice.asks("订单20249999ZZZ到哪了", wording.ASK_PHONE, by=Outcome.CLARIFIED)
        await alice.asks("1234", wording.NOT_PROVEN, by=Outcome.CLARIFIED)


async def in_a_group_nobodys_order_is_read_out(street: Street) -> None:
    alice = at_dingtalk(street, "alice", group="cid-neighbours==")
    await alice.asks(f"订单{ORDER}到哪了", wording.NOT_IN_GROUPS, never=["上海", "顺丰"])


async def stock_and_price_are_looked_up_not_guessed(street: Street) -> None:
    async with on_the_site(street) as li:
        await li.asks("亚麻衬衫还有货吗", "199元", "库存12件", by=Outcome.ANSWERED)
        await li.asks("碎花连衣裙多少钱", "329元", by=Outcome.ANSWERED)


async def the_model_looks_up_what_was_asked_in_a_roundabout_way(street: Street) -> None:
    async with on_the_site(street) as li:
        street.model.will_call("stock", item="针织开衫")
        street.model.will_say("针织开衫现在269元，M、L码有货，还剩3件。")
        await li.asks("上次看中的那件针织的开衫，不知道现在什么价了", "269元", by=Outcome.ANSWERED)


async def an_order_and_a_question_are_answered_in_one_reply(street: Street) -> None:
    async with on_the_site(street, known_as="alice") as alice:
        street.model.will_say("您的包裹已到达上海浦东营业点；签收后 7 天内都可以退。")
        await alice.asks(f"订单{ORDER}到哪了？到了以后不喜欢能退吗？", "上海浦东", "7 天")

    assert "已到达上海浦东营业点" in street.model.told


async def a_ticket_is_opened_once_and_confirmed_with_its_number(street: Street) -> None:
    before = len(street.server.tickets)
    async with on_the_site(street, known_as="alice") as alice:
        street.model.will_call("create_ticket", about="裙子少发了一条腰带")
        street.model.will_say("非常抱歉，已经为您登记了。")
        said = await alice.asks("裙子的腰带没有寄来，帮我登记一下", "工单号T", "24小时", by=Outcome.ANSWERED)
        number = said.split("工单号")[1][:5]
        await alice.asks(f"工单{number}怎么样了", f"工单{number}处理中", by=Outcome.ANSWERED)

    assert len(street.server.tickets) == before + 1


async def a_tool_that_the_model_makes_up_does_nothing(street: Street) -> None:
    async with on_the_site(street, known_as="alice") as alice:
        street.model.will_call("refund_everything", order=ORDER)
        street.model.will_say("退款需要您在“我的订单”里申请。")
        await alice.asks("把我的钱全退给我", "我的订单")

    assert all("refund" not in asked.path for asked in street.server.asked)


async def while_the_shops_server_is_away_nothing_is_made_up(street: Street) -> None:
    street.server.status = 503
    async with on_the_site(street, known_as="alice") as alice:
        await alice.asks(f"订单{ORDER}到哪了", wording.TOOL_AWAY, by=Outcome.APOLOGISED)
        street.server.status = 200
        await alice.asks(f"订单{ORDER}到哪了", "上海浦东", by=Outcome.ANSWERED)


async def an_order_kept_from_the_model_that_wants_it_for_somebody_else(street: Street) -> None:
    async with on_the_site(street) as stranger:
        street.model.will_call("order_status", order=ORDER)
        await stranger.asks("帮我看看王小姐买的东西寄到哪儿了", wording.ASK_PHONE, never=["上海", "顺丰"])
