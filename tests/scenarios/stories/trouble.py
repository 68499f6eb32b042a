"""Days on which something does not work: the customer hears something true all the same."""

from __future__ import annotations

from bot import wording
from bot.types import Outcome
from tests.scenarios.stories.customer import at_wecom, on_the_site
from tests.scenarios.stories.street import Street
from tests.simulators.platform import Trouble
from tests.simulators.wecom import SEND_PATH
from workers.degraded import Lesser

SHORTER = "只用一两句话回答"


async def while_the_model_is_away_the_shops_own_words_answer(street: Street) -> None:
    street.model.status = 503
    async with on_the_site(street) as li:
        await li.asks("怎么退货", "申请退货", by=Outcome.FAQ)


async def a_model_that_fails_again_and_again_is_left_alone(street: Street) -> None:
    street.model.status = 503
    async with on_the_site(street) as li:
        for question in ("怎么退货", "多久发货", "可以开发票吗", "满多少包邮", "怎么换货"):
            await li.asks(question, by=Outcome.FAQ)
        assert await street.is_degraded(Lesser.MODEL_AWAY)

        tries = len(street.model.asked)
        await li.asks("退货运费谁出", "个人原因", by=Outcome.FAQ)
        assert len(street.model.asked) == tries


async def a_model_that_gets_slow_is_asked_for_less(street: Street) -> None:
    street.model.delay = 0.2
    async with on_the_site(street) as li:
        await li.writes("怎么退货")
        await street.model.is_asked()
        await street.time_passes(300)
        await li.reads("申请退货", by=Outcome.ANSWERED)
        assert await street.is_degraded(Lesser.SHORT_ANSWERS)

        await li.asks("多久发货", "48 小时", by=Outcome.ANSWERED)
    assert SHORTER in street.model.told
    assert street.model.asked[-1]["max_tokens"] == street.runtime.settings.model.short_tokens


async def a_question_waits_for_a_model_that_is_away_and_is_answered_then(street: Street) -> None:
    street.model.status = 503
    async with on_the_site(street) as li:
        await li.asks("黑洞是怎么形成的", wording.PARKED)
        street.model.well_again()
        street.model.will_say(street.refusal("qinghe"))
        await li.reads(street.refusal("qinghe"), by=Outcome.REFUSED)


async def where_nothing_may_wait_we_apologise(street: Street) -> None:
    street.model.status = 503
    async with on_the_site(street, "corner") as li:
        await li.asks("黑洞是怎么形成的", wording.APOLOGY, by=Outcome.APOLOGISED)


async def while_no_question_can_be_embedded_the_very_words_are_found(street: Street) -> None:
    street.eyes.away = True
    async with on_the_site(street, "corner") as li:
        await li.asks("多久发货", "48小时", by=Outcome.ANSWERED)
        await li.asks("可以开发票吗", "勾选", by=Outcome.ANSWERED)

        street.model.status = 503
        await li.asks("怎么退货", "申请退货", by=Outcome.FAQ)
        await li.asks("我想换货", wording.ASKED_BACK_OF_ONE, "怎么换货", by=Outcome.CLARIFIED)
        await li.asks("怎么换货", "申请换货", by=Outcome.FAQ)
        assert await street.is_degraded(Lesser.WORDS_ONLY)


async def while_no_question_can_be_embedded_nothing_is_refused_as_unknown(street: Street) -> None:
    street.eyes.away = True
    async with on_the_site(street, "corner") as li:
        street.model.will_say(street.refusal("corner"))
        await li.asks("能不能货到付款", wording.KNOWLEDGE_AWAY, by=Outcome.APOLOGISED)


async def while_the_knowledge_is_away_orders_are_looked_up_all_the_same(street: Street) -> None:
    street.shelf.away = True
    async with on_the_site(street, known_as="alice") as alice:
        await alice.asks("订单20240910XYZ到哪了", "上海浦东", by=Outcome.ANSWERED)
        await alice.asks("转人工", wording.HANDED_OFF, by=Outcome.HANDED_OFF)


async def while_the_knowledge_is_away_nothing_is_guessed(street: Street) -> None:
    street.shelf.away = True
    async with on_the_site(street, "corner") as li, on_the_site(street, "corner") as wang:
        await wang.writes("多久发货")
        await li.asks("怎么退货", wording.KNOWLEDGE_AWAY, by=Outcome.APOLOGISED)
        await wang.reads(wording.KNOWLEDGE_AWAY, by=Outcome.APOLOGISED)
        assert await street.is_degraded(Lesser.KNOWLEDGE_AWAY)
        street.shelf.put_back()
        await li.asks("怎么退货", "申请退货", by=Outcome.ANSWERED)


async def while_the_model_is_away_orders_are_looked_up(street: Street) -> None:
    street.model.status = 503
    async with on_the_site(street, known_as="alice") as alice:
        await alice.asks("订单20240910XYZ到哪了", "上海浦东", by=Outcome.ANSWERED)


async def a_model_that_takes_too_long_is_not_waited_for(street: Street) -> None:
    street.model.delay = 20
    async with on_the_site(street, "night") as li:
        await li.asks("怎么退货", "申请退货", by=Outcome.FAQ)


async def a_model_that_says_nothing_is_as_good_as_away(street: Street) -> None:
    street.model.will_say("   \n")
    async with on_the_site(street) as li:
        await li.asks("怎么退货", "申请退货", by=Outcome.FAQ)


async def a_proxys_page_is_not_read_out(street: Street) -> None:
    street.model.page = "<html>502 Bad Gateway</html>"
    async with on_the_site(street) as li:
        await li.asks("怎么退货", "申请退货", by=Outcome.FAQ, never=["html", "502"])


async def a_page_in_place_of_an_order_is_not_read_out(street: Street) -> None:
    street.server.page = "<html>"
    async with on_the_site(street, known_as="alice") as alice:
        await alice.asks("订单20240910XYZ到哪了", wording.TOOL_AWAY, by=Outcome.APOLOGISED, never=["html"])


async def while_the_platform_takes_nothing_the_reply_waits_and_comes_once(street: Street) -> None:
    busy = Trouble(body={"errcode": -1, "errmsg": "system busy"})
    street.wecom.trouble(SEND_PATH, busy)
    li = at_wecom(street)
    await li.asks("怎么退货", "申请退货", by=Outcome.ANSWERED)
    assert await li.has_read_all()


async def what_a_platform_delivers_three_times_is_answered_once(street: Street) -> None:
    await street.wecom.say(street.callback("wecom"), user="thrice", text="怎么退货", copies=3)
    li = at_wecom(street, "thrice")
    await li.reads("申请退货", by=Outcome.ANSWERED)
    await li.asks("多久发货", "48 小时")
    assert len(await street.outcomes(li.conversation)) == 2
