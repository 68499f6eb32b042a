"""A model that says more than it knows: what nothing bears out reaches no customer."""

from __future__ import annotations

from bot import wording
from bot.types import Outcome
from tests.scenarios.stories.customer import on_the_site
from tests.scenarios.stories.street import Street


async def a_number_that_nobody_gave_is_thought_over_once(street: Street) -> None:
    async with on_the_site(street) as li:
        street.model.will_say("满 49 元就包邮。", "单笔订单满 99 元包邮。")
        await li.asks("满多少包邮", "99 元", by=Outcome.ANSWERED, never=["49"])

    assert len(street.model.asked) == 2


async def a_model_that_insists_is_not_believed(street: Street) -> None:
    async with on_the_site(street) as li:
        street.model.will_say(*["满 49 元就包邮。"] * 2)
        await li.asks("满多少包邮", "99 元", by=Outcome.FAQ, never=["49"])


async def a_policy_that_the_shop_does_not_have_is_not_promised(street: Street) -> None:
    async with on_the_site(street, "corner") as li:
        street.model.will_say(*["您放心，假一赔十，终身保修。"] * 2)
        await li.asks("你们的衣服有保修吗", never=["假一赔十", "终身"])


async def where_nothing_else_is_known_a_person_is_better_than_a_guess(street: Street) -> None:
    async with on_the_site(street) as li:
        street.model.will_say(*["黑洞离我们 1600 光年，门票 88 元。"] * 2)
        await li.asks("黑洞离我们多远", wording.HANDED_OFF_AS_UNSURE, by=Outcome.HANDED_OFF, never=["1600"])


async def a_price_comes_from_the_shops_server_whatever_the_model_says(street: Street) -> None:
    async with on_the_site(street) as li:
        street.model.will_call("stock", item="针织开衫")
        street.model.will_say(*["针织开衫特价 99 元！"] * 2)
        await li.asks("上次看中的那件针织的开衫，不知道现在什么价了", "269元", never=["99 元"])


async def a_reader_of_english_is_not_answered_in_chinese(street: Street) -> None:
    async with on_the_site(street) as smith:
        street.model.will_say("签收后 7 天内都可以退。", "You can return it within 7 days.")
        await smith.asks("how can I return an item", "within 7 days", by=Outcome.ANSWERED)
