"""Customers who want a person, and what becomes of them."""

from __future__ import annotations

from bot import wording
from bot.types import Outcome
from bot.types.people import COMPLAINT
from tests.scenarios.stories.customer import (
    at_dingtalk,
    at_the_wecom_bot,
    at_wecom,
    browsing,
    in_wechat,
    on_the_site,
)
from tests.scenarios.stories.street import Street


async def a_person_takes_over_and_the_bot_is_back_when_they_close(street: Street) -> None:
    async with on_the_site(street) as li:
        await li.asks("怎么退货", "申请退货")
        await li.asks("转人工", wording.HANDED_OFF, by=Outcome.HANDED_OFF)
        await li.writes("我的裙子破了")
        await street.said_to_a_person(li.conversation, "我的裙子破了")

        await street.desk.say(li.conversation, "给您换一条，可以吗？", who="王五", patience=0)
        await li.reads(wording.PERSON_SAYS.format(text="给您换一条，可以吗？"))
        await street.desk.close(li.conversation, who="王五")
        await li.reads(wording.BOT_IS_BACK)
        await li.asks("多久发货", "48 小时", by=Outcome.ANSWERED)


async def when_a_person_is_done_a_rating_is_asked_for_and_thanked_for(street: Street) -> None:
    li = at_wecom(street)
    await li.asks("转人工", wording.HANDED_OFF, by=Outcome.HANDED_OFF)
    await street.desk.say(li.conversation, "给您换一条。", who="王五", patience=0)
    await li.reads("给您换一条。")
    await street.desk.close(li.conversation, who="王五")
    await li.reads(wording.BOT_IS_BACK, wording.RATE_US)
    await li.asks("5", wording.THANKS, by=Outcome.RATED)


async def on_the_site_a_rating_is_given_with_one_click(street: Street) -> None:
    async with browsing(street) as (li, browser):
        await li.asks("转人工", wording.HANDED_OFF, by=Outcome.HANDED_OFF)
        await street.desk.say(li.conversation, "给您换一条。", who="王五", patience=0)
        await li.reads("给您换一条。")
        await street.desk.close(li.conversation, who="王五")
        await li.reads(wording.BOT_IS_BACK)
        assert [reply["rate"] for reply in browser.replies] == [False, False, True]

        await li.asks("2星", wording.SORRY, by=Outcome.RATED)
    assert [(one.stars, one.good) for one in await street.opinions(li.conversation)] == [(2, False)]


async def a_person_reads_what_was_said_before(street: Street) -> None:
    li = at_wecom(street)
    await li.asks("怎么退货", "申请退货")
    await li.asks("说不清楚，叫个真人来", wording.HANDED_OFF, by=Outcome.HANDED_OFF)

    seen = await street.desk.look(li.conversation)
    assert [said.text for said in seen.history][::2] == ["怎么退货", "说不清楚，叫个真人来"]


async def at_dingtalk_a_person_speaks_in_the_same_chat(street: Street) -> None:
    li = at_dingtalk(street)
    await li.asks("人工客服", wording.HANDED_OFF, by=Outcome.HANDED_OFF)
    await street.desk.say(li.conversation, "您好，我是王五。", who="王五", patience=0)
    await li.reads("我是王五")


async def in_wechat_the_platform_has_the_people(street: Street) -> None:
    li = in_wechat(street)
    await li.asks("转人工", wording.HANDED_OFF, by=Outcome.HANDED_OFF)


async def who_has_a_bot_that_answers_each_message_hears_that_a_person_has_it(street: Street) -> None:
    li = at_the_wecom_bot(street)
    await li.asks("转人工", wording.HANDED_OFF, by=Outcome.HANDED_OFF)
    await li.asks("我的裙子破了", wording.PERSON_HAS_IT)


async def who_gets_no_answer_twice_is_offered_a_person(street: Street) -> None:
    async with on_the_site(street) as li:
        street.model.will_say(*[street.refusal("qinghe")] * 2)
        await li.asks("明天上海会下雨吗", street.refusal("qinghe"), by=Outcome.REFUSED)
        await li.asks("那后天北京呢，会下雪吗", wording.OFFER_PERSON)
        await li.asks("好的", wording.HANDED_OFF, by=Outcome.HANDED_OFF)


async def the_person_is_told_why_they_are_needed(street: Street) -> None:
    li = at_wecom(street)
    await li.asks("你们客服态度太差了，我要投诉", wording.HANDED_OFF_SORRY, by=Outcome.HANDED_OFF)

    seen = await street.desk.look(li.conversation)
    assert seen.attended
    assert seen.attended.reason == COMPLAINT


async def where_there_are_no_people_it_is_said_honestly(street: Street) -> None:
    async with on_the_site(street, "corner") as li:
        await li.asks("转人工", wording.DEFAULT_NO_PEOPLE, "怎么退货", by=Outcome.REFUSED)
        await li.asks("怎么退货", "申请退货")


async def when_nobody_is_on_duty_the_hours_are_told_and_the_bot_goes_on(street: Street) -> None:
    async with on_the_site(street, "night") as li:
        await li.asks("我要找人工客服", "09:00", by=Outcome.REFUSED)
        await li.asks("多久发货", "48小时", by=Outcome.ANSWERED)


async def who_asks_and_asks_is_asked_for_patience_once(street: Street) -> None:
    async with on_the_site(street, "night") as li:
        await li.asks("怎么退货", "申请退货")
        await li.asks("多久发货", "48小时")
        await li.asks("可以开发票吗", "勾选")
        await li.asks("会员有什么折扣", wording.TOO_OFTEN, by=Outcome.LIMITED)
        await li.writes("？？？")
        await li.asks("转人工", "09:00", by=Outcome.REFUSED)
        assert await li.has_read_all(), "silence, and nobody is kept from a person"
