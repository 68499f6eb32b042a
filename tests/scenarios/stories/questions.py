"""Questions that the knowledge answers, however they are put, and those that it does not."""

from __future__ import annotations

from bot import wording
from bot.types import Outcome
from tests.scenarios.stories.customer import at_wecom, browsing, in_wechat, on_the_site
from tests.scenarios.stories.street import Street


async def a_plain_question_is_answered_from_the_shops_own_words(street: Street) -> None:
    async with on_the_site(street) as li:
        await li.asks("怎么退货", "申请退货", by=Outcome.ANSWERED)


async def a_question_in_words_of_ones_own_finds_the_same(street: Street) -> None:
    async with on_the_site(street) as li:
        await li.asks("裙子穿着不好看，不想要了，怎么退", "申请退货", by=Outcome.ANSWERED)


async def and_for_xinjiang_is_understood_after_jiangsu(street: Street) -> None:
    async with on_the_site(street) as li:
        await li.asks("快递到江苏要几天", "1–2 天", by=Outcome.ANSWERED)
        await li.asks("那新疆呢", "5–8 天", by=Outcome.ANSWERED)


async def a_change_of_topic_leaves_the_old_one_behind(street: Street) -> None:
    async with on_the_site(street) as li:
        await li.asks("怎么退货", "申请退货")
        await li.asks("那运费谁出", "个人原因")
        await li.asks("对了，可以开发票吗", "开发票", never=["退货"])
        await li.asks("抬头能写公司吗", "纳税人识别号")


async def two_questions_in_one_message_are_both_answered(street: Street) -> None:
    async with on_the_site(street) as li:
        street.model.will_say("付款后 48 小时内发货；满 99 元包邮。")
        await li.asks("多久发货？满多少包邮？", "48 小时", "99 元", by=Outcome.ANSWERED)

    assert "现货商品付款后 48 小时内发货" in street.model.told
    assert "单笔订单满 99 元包邮" in street.model.told


async def quick_messages_are_one_question(street: Street) -> None:
    async with on_the_site(street, "corner") as li:
        await li.writes("在吗")
        await li.writes("我昨天买的裙子")
        await li.writes("怎么退货")
        await li.reads("申请退货")
        assert await li.has_read_all()

    assert "在吗\\n我昨天买的裙子\\n怎么退货" in street.model.told


async def a_single_word_is_asked_about_and_the_offer_is_picked(street: Street) -> None:
    async with on_the_site(street, "corner") as li:
        await li.asks("退换", wording.ASKED_BACK, "怎么退货", "怎么换货", by=Outcome.CLARIFIED)
        await li.asks("怎么换货", "申请换货", by=Outcome.ANSWERED)

    assert len(street.model.asked) == 1, "for the word alone it was not needed"


async def what_no_shop_knows_is_refused_with_what_it_does_know(street: Street) -> None:
    async with on_the_site(street, "corner") as li:
        street.model.will_say(street.refusal("corner"))
        await li.asks("明天上海会下雨吗", street.refusal("corner"), "怎么退货", by=Outcome.REFUSED)


async def in_english_it_is_answered_in_english(street: Street) -> None:
    async with on_the_site(street) as smith:
        street.model.will_say("You can return it within 7 days: tap “申请退货” in your orders.")
        await smith.asks("how can I return an item", "within 7 days", by=Outcome.ANSWERED)
        await smith.asks("do you ship overseas?", "香港")

    assert "签收后 7 天内都可以退" in str(street.model.asked[0])


async def a_long_story_ends_in_a_question(street: Street) -> None:
    story = (
        "事情是这样的，上个月我妈妈过生日，我在你们家给她挑了一条裙子，她特别喜欢，逢人就夸，"
        "邻居王阿姨看到以后也想要一条，可是王阿姨不会用手机，所以我这次又替她下了一单，收到以后她试了试，"
        "觉得颜色太艳了，穿不出去，和我商量了好几天，最后还是决定不要了。"
        "吊牌都在，也没有洗过。请问这种情况怎么申请退货？"
    )
    async with on_the_site(street) as li:
        await li.asks(story, "申请退货", by=Outcome.ANSWERED)


async def a_story_without_an_end_is_asked_for_in_pieces(street: Street) -> None:
    async with on_the_site(street) as li:
        await li.asks("我说来话长。" * 200, wording.TOO_LONG.format(limit=1000), by=Outcome.CLARIFIED)
        await li.asks("怎么退货", "申请退货")


async def what_somebody_asked_before_is_answered_without_the_model(street: Street) -> None:
    async with on_the_site(street, "corner") as li:
        await li.asks("多久发货？", "48小时", by=Outcome.ANSWERED)
    async with on_the_site(street, "corner") as wang:
        await wang.asks("多久发货", "48小时", by=Outcome.CACHED)

    assert len(street.model.asked) == 1


async def asked_for_the_third_time_it_is_said_again(street: Street) -> None:
    async with on_the_site(street, "corner") as li:
        street.model.will_say("可以，下单时勾选即可。", "可以的，勾选“电子发票”就行。")
        await li.asks("可以开发票吗", "勾选", by=Outcome.ANSWERED)
        await li.asks("可以开发票吗", "就行", by=Outcome.ANSWERED)
        await li.asks("可以开发票吗", "就行", by=Outcome.CACHED)


async def what_was_said_long_ago_is_remembered_in_few_words(street: Street) -> None:
    async with on_the_site(street, "corner") as li:
        await li.asks("我身高一米六，给妈妈买")
        for question in ("怎么退货", "多久发货", "可以开发票吗", "那怎么开呢"):
            await li.asks(question)
        await street.is_summed_up(li.conversation)
        await li.asks("怎么换货", "申请换货", by=Outcome.ANSWERED)

    assert "之前的对话概要" in street.model.told
    assert "我身高一米六" in street.model.told


async def after_a_long_silence_it_is_another_conversation(street: Street) -> None:
    li = at_wecom(street)
    await li.asks("快递到江苏要几天", "1–2 天")
    street.wecom.skip(3600)
    try:
        await li.writes("那新疆呢")
        await li.reads()
    finally:
        street.wecom.skip(-3600)

    assert "快递到江苏要几天" not in street.model.told


async def in_wechat_a_follow_up_is_understood_as_well(street: Street) -> None:
    li = in_wechat(street)
    await li.asks("怎么退货", "申请退货", by=Outcome.ANSWERED)
    await li.asks("那运费谁出", "个人原因", by=Outcome.ANSWERED)


async def a_thumb_goes_with_the_answer_that_it_is_about(street: Street) -> None:
    async with browsing(street) as (li, browser):
        await li.asks("怎么退货", "申请退货")
        await browser.judge(good=False, words="没说运费")

    opinions = await street.opinions(li.conversation)
    assert [(one.reply, one.good, one.words) for one in opinions] == [
        (browser.replies[0]["id"], False, "没说运费")
    ]
