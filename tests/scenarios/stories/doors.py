"""What only some doors can do: welcomes, buttons, answers that grow, and what only some customers may know."""

from __future__ import annotations

from bot import wording
from bot.types import Outcome
from tests.scenarios.stories.customer import at_dingtalk, at_the_wecom_bot, at_wecom, browsing, on_the_site
from tests.scenarios.stories.street import Street


async def who_opens_the_app_is_welcomed_once_a_day(street: Street) -> None:
    li = at_wecom(street)
    for _ in range(2):
        await street.wecom.open_chat(street.callback("wecom"), user=li.conversation.customer)
    await li.reads(street.greeting("qinghe"))
    await li.asks("怎么退货", "申请退货", by=Outcome.ANSWERED)


async def a_button_asks_what_it_says(street: Street) -> None:
    li = at_wecom(street)
    street.model.will_say(street.refusal("qinghe"))
    await li.asks("明天上海会下雨吗", street.refusal("qinghe"), by=Outcome.REFUSED)
    await li.reads(wording.SUGGESTED)
    await street.wecom.press(street.callback("wecom"), user=li.conversation.customer, button="多久发货")
    await li.reads("48 小时", by=Outcome.ANSWERED)


async def the_answer_grows_on_the_page_while_it_is_made(street: Street) -> None:
    street.model.pause = 0.02
    async with browsing(street) as (li, browser):
        whole = await li.asks("怎么退货", "申请退货", by=Outcome.ANSWERED)

    assert browser.partials
    assert all(whole.startswith(part) for part in browser.partials)


async def what_is_added_while_an_answer_is_made_gets_one_of_its_own(street: Street) -> None:
    street.model.delay = 0.5
    async with on_the_site(street) as li:
        await li.writes("怎么退货")
        await street.model.is_asked()
        await li.writes("多久发货")
        await li.reads("申请退货", by=Outcome.ANSWERED)
        await li.reads("48 小时", by=Outcome.ANSWERED)


async def the_wecom_bot_answers_on_the_spot(street: Street) -> None:
    li = at_the_wecom_bot(street)
    await li.asks("怎么退货", "申请退货", by=Outcome.ANSWERED)
    await li.asks("那运费谁出", "个人原因", by=Outcome.ANSWERED)


async def a_product_is_found_by_its_code(street: Street) -> None:
    async with on_the_site(street) as li:
        await li.asks("ＱＨ 1023是什么面料", "水洗亚麻", by=Outcome.ANSWERED)
        street.model.will_say("有雾蓝和米白。")
        await li.asks("那它有什么颜色", "雾蓝", by=Outcome.ANSWERED)

    assert "雾蓝、米白" in street.model.told


async def a_code_that_the_shop_does_not_have_is_no_other_product(street: Street) -> None:
    street.model.status = 503
    async with on_the_site(street) as li:
        await li.asks("QH9999是什么面料", never=["水洗亚麻", "QH1023"])


async def what_is_for_colleagues_is_told_at_their_door_alone(street: Street) -> None:
    colleague = at_dingtalk(street)
    await colleague.asks("员工内购几折", "员工内购五折", by=Outcome.ANSWERED)
    async with on_the_site(street) as li:
        await li.asks("员工内购几折", never=["五折"])


async def what_was_true_last_year_is_told_no_more(street: Street) -> None:
    async with on_the_site(street) as li:
        await li.asks("跨年活动怎么减", never=["满 200 减 100"])
