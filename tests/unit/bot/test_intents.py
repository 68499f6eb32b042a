"""What the steps do with what a customer is up to."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot import wording
from bot.errors import Unavailable
from bot.pipeline import Pipeline, standard_steps
from bot.ports import Answers
from bot.settings import TenantSettings
from bot.store.answers import RedisAnswers
from bot.store.redis import Client
from bot.types import Answer, Intent, Outcome, Passage, Said, Speaker, Turn
from tests.builders import SHOP, a_message, a_passage, a_tenant, a_turn, some_settings
from tests.conftest import SettableClock
from tests.fakes import FixedRetriever, ScriptedIntents, ScriptedModel

NOON = datetime(2026, 3, 2, 12, tzinfo=ZoneInfo("Asia/Shanghai")).timestamp()
"""A Monday."""
NIGHT = NOON + 12 * 3600
BY_DAY = {"hours": ["mon-fri 09:00-18:00"]}


class Bot:
    """A shop's pipeline; what is near any question, and what is guessed of texts, as a test says."""

    def __init__(
        self,
        tenant: TenantSettings | None = None,
        *passages: Passage,
        model: ScriptedModel | None = None,
        known: dict[str, str] | None = None,
        now: float = NOON,
        answers: Answers | None = None,
    ) -> None:
        self.intents = ScriptedIntents(known)
        self.retriever = FixedRetriever(*passages)
        self.model = model
        clock = SettableClock(now)
        tenants = {SHOP: tenant or a_tenant()}
        steps = standard_steps(
            tenants,
            self.retriever,
            model,
            some_settings().model,
            clock,
            answers=answers,
            intents=self.intents,
        )
        self._pipeline = Pipeline(steps, clock)
        self._now = now

    async def turn(self, *texts: str, before: tuple[Said, ...] = ()) -> tuple[Turn, Answer]:
        messages = tuple(a_message(text, id=f"m{n}", sent_at=self._now) for n, text in enumerate(texts))
        return await self._pipeline.run(a_turn(messages=messages, history=before, deadline=self._now + 60))

    async def answer(self, *texts: str, before: tuple[Said, ...] = ()) -> Answer:
        return (await self.turn(*texts, before=before))[1]


def said(*lines: str, unsure: bool = False, now: float = NOON) -> tuple[Said, ...]:
    """A customer's line, the bot's, and so on; just now."""
    speakers = (Speaker.CUSTOMER, Speaker.BOT)
    return tuple(
        Said(speakers[n % 2], text, now - 1, unsure=unsure and n % 2 == 1) for n, text in enumerate(lines)
    )


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("谢谢", wording.YOU_ARE_WELCOME),
        ("再见", wording.GOODBYE),
        ("你好", wording.DEFAULT_GREETING),
        ("好的", wording.AT_YOUR_SERVICE),
        ("你是机器人吗", wording.A_ROBOT),
        ("你是谁", "我是花店的智能客服，商品、订单和售后方面的问题都可以问我。"),
    ],
)
async def test_small_talk_gets_a_courteous_line_and_no_model_is_asked(text: str, line: str) -> None:
    bot = Bot(a_tenant(title="花店"), model=ScriptedModel("不会问到我"))

    answer = await bot.answer(text)

    assert (answer.text, answer.outcome) == (line, Outcome.CHATTED)
    assert bot.model
    assert bot.model.prompts == []


async def test_who_comes_in_hears_what_can_be_asked_and_who_leaves_does_not() -> None:
    bot = Bot(a_tenant(suggestions=["怎么退货"]))

    assert (await bot.answer("在吗")).suggestions == ("怎么退货",)
    assert (await bot.answer("再见")).suggestions == ()


async def test_the_bot_says_that_it_is_one_and_how_to_reach_a_person() -> None:
    answer = await Bot(a_tenant(people={})).answer("你是真人吗")

    assert "不是真人" in answer.text
    assert "转人工" in answer.text


async def test_no_entry_keeps_a_customer_from_hearing_that_it_is_a_machine() -> None:
    entry = a_passage("人工客服九点在线。", title="你是机器人吧，我要真人", score=0.95)

    assert (await Bot(None, entry).answer("你是机器人吗")).text == wording.A_ROBOT


async def test_a_shop_s_own_entry_on_such_words_comes_first() -> None:
    entry = a_passage("不客气哦亲！", title="谢谢", source="faq.txt:69", score=0.95)

    turn, answer = await Bot(None, entry, model=ScriptedModel("不会问到我")).turn("谢谢")

    assert answer == Answer("不客气哦亲！", Outcome.FAQ, ("faq.txt:69",))
    assert turn.passages == (entry,)


async def test_what_is_only_near_does_not_answer_small_talk() -> None:
    card = a_passage("感谢卡可以代写。", title="感谢卡可以代写吗", score=0.6)

    assert (await Bot(None, card).answer("谢谢")).text == wording.YOU_ARE_WELCOME


@pytest.mark.parametrize(
    ("text", "title", "line"),
    [
        ("没事了", "这款没货了还会补吗", wording.GOODBYE),
        ("晚安", "你好", wording.GOODBYE),
        ("好的", "你好", wording.AT_YOUR_SERVICE),
        ("你好", "我要投诉", wording.DEFAULT_GREETING),
    ],
)
async def test_an_entry_on_something_else_does_not_answer_it_however_near(
    text: str, title: str, line: str
) -> None:
    assert (await Bot(None, a_passage("别的。", title=title, score=0.95)).answer(text)).text == line


@pytest.mark.parametrize(
    ("text", "title"),
    [("好的，谢谢", "谢谢"), ("没事了", "谢谢"), ("ok", "谢谢"), ("在吗", "你好"), ("在吗", "问候语")],
)
async def test_an_entry_on_the_like_does(text: str, title: str) -> None:
    assert (
        await Bot(None, a_passage("我们的话。", title=title, score=0.95)).answer(text)
    ).text == "我们的话。"


@pytest.mark.parametrize("text", ["谢谢你 但是没解决", "好的好的还是不行", "1234，谢谢哈", "？？？"])
async def test_what_a_classifier_takes_for_small_talk_may_say_more(text: str) -> None:
    bot = Bot(None, a_passage("这样试试。", score=0.6), known={text: Intent.THANKS})

    assert (await bot.answer(text)).text == "这样试试。"


async def test_who_declines_a_person_before_a_blank_is_handed_to_none() -> None:
    text = "不用转人工了 我自己看看"
    bot = Bot(a_tenant(people={}), a_passage("七天内可以退。"), known={text: Intent.PERSON})

    assert (await bot.answer(text)).outcome is not Outcome.HANDED_OFF


async def test_small_talk_is_answered_while_the_knowledge_is_away() -> None:
    bot = Bot()
    bot.retriever.error = Unavailable("away")

    assert (await bot.answer("谢谢")).text == wording.YOU_ARE_WELCOME


async def test_a_shop_s_own_words_for_small_talk_stand_in_its_settings() -> None:
    tenant = a_tenant(intents=[{"name": "thanks", "reply": "应该的！"}])

    assert (await Bot(tenant, a_passage()).answer("谢谢")).text == "应该的！"


async def test_a_greeting_in_front_of_a_question_does_not_hide_it() -> None:
    bot = Bot(None, a_passage("七天内可以退。"))

    assert (await bot.answer("你好，怎么退货")).text == "七天内可以退。"
    assert (await bot.answer("你好", "怎么退货")).text == "七天内可以退。"


async def test_a_yes_to_what_the_bot_asked_is_no_small_talk() -> None:
    asked = await Bot().answer("好的", before=said("退货", "您是要退还是要换？"))
    greeted = await Bot().answer("好的", before=said("你好", wording.DEFAULT_GREETING))

    assert asked.outcome is Outcome.REFUSED, "from what the knowledge holds, which is nothing here"
    assert greeted.text == wording.AT_YOUR_SERVICE


async def test_what_no_rule_knows_is_guessed_and_only_acted_on_when_that_is_sure() -> None:
    bot = Bot(known={"给您拜个早年": Intent.GREETING})

    sure = await bot.answer("给您拜个早年")
    bot.intents.probability = 0.6
    unsure = await bot.turn("给您拜个早年")

    assert sure.outcome is Outcome.CHATTED
    assert unsure[0].intent == Intent.QUESTION
    assert unsure[1].outcome is Outcome.REFUSED


async def test_without_a_classifier_rules_decide() -> None:
    bot = Bot()
    bot.intents.error = Unavailable("the embedding server is away")

    assert (await bot.answer("谢谢")).outcome is Outcome.CHATTED
    assert (await bot.turn("怎么退货"))[0].intent == ""


async def test_of_several_messages_what_is_asked_counts() -> None:
    known = {"新年好哇": "greeting", "衣服什么料子": "question", "真离谱": "abuse"}
    bot = Bot(None, a_passage("纯棉的。"), known=known)

    turn, answer = await bot.turn("新年好哇", "衣服什么料子", "真离谱")

    assert turn.intent == Intent.QUESTION
    assert answer.outcome is Outcome.FAQ


@pytest.mark.parametrize(("asked", "outcome"), [(True, Outcome.CHATTED), (False, Outcome.ANSWERED)])
async def test_the_model_is_asked_only_where_a_shop_says_so(asked: bool, outcome: Outcome) -> None:
    words = ("thanks", "模型的回答") if asked else ("模型的回答",)
    model = ScriptedModel(*words)
    bot = Bot(a_tenant(intents_by_model=asked), model=model, known={"有劳有劳": "thanks"})
    bot.intents.probability = 0.5

    answer = await bot.answer("有劳有劳")

    assert answer.outcome is outcome
    assert len(model.prompts) == 1


@pytest.mark.parametrize("line", ["我觉得是感谢", Unavailable("away")])
async def test_a_model_without_an_opinion_leaves_it_a_question(line: str | Unavailable) -> None:
    bot = Bot(
        a_tenant(intents_by_model=True), model=ScriptedModel(line, "答案"), known={"有劳有劳": "thanks"}
    )
    bot.intents.probability = 0.5

    turn, _ = await bot.turn("有劳有劳")

    assert turn.intent == Intent.QUESTION


async def test_an_intent_of_the_shop_s_own_has_its_reply() -> None:
    own = {"name": "visit", "examples": ["我想到店看看", "能去门店吗", "到店试穿"], "reply": "欢迎到店。"}
    bot = Bot(a_tenant(intents=[own]), known={"去你们那儿瞧瞧行不": "visit"})

    answer = await bot.answer("去你们那儿瞧瞧行不")

    assert (answer.text, answer.outcome) == ("欢迎到店。", Outcome.FAQ)


async def test_an_intent_of_the_shop_s_own_can_be_for_people() -> None:
    own = {"name": "wholesale", "examples": ["我要批发", "一次拿一千件", "谈合作"], "action": "person"}
    bot = Bot(a_tenant(people={}, intents=[own]), known={"想长期拿货": "wholesale"})

    assert (await bot.answer("想长期拿货")).outcome is Outcome.HANDED_OFF


async def test_who_complains_hears_that_we_are_sorry_and_gets_a_person() -> None:
    answer = await Bot(a_tenant(people={})).answer("我要投诉你们")

    assert answer == Answer(wording.HANDED_OFF_SORRY, Outcome.HANDED_OFF, reason="complaint")


async def test_who_complains_and_asks_for_a_person_gets_one_whatever_the_shop_does_with_complaints() -> None:
    bot = Bot(a_tenant(people={"on_complaint": "answer"}))

    answer = await bot.answer("太过分了，转人工")

    assert answer == Answer(wording.HANDED_OFF_SORRY, Outcome.HANDED_OFF, reason="complaint")


async def test_who_complains_at_night_is_answered_and_hears_when_people_are_back() -> None:
    bot = Bot(a_tenant(people=BY_DAY), a_passage("七天内可以退。"), now=NIGHT)

    answer = await bot.answer("衣服破了怎么退，太气人了")

    assert answer.outcome is Outcome.FAQ
    assert (
        answer.text
        == f"{wording.SORRY_FOR_THAT}七天内可以退。\n\n人工客服今天09:00在线，到时您也可以回复转人工。"
    )


@pytest.mark.parametrize(
    "texts",
    [["转人工，怎么退货"], ["怎么退货？没人的话转人工"], ["怎么退货", "转人工"], ["我要退货，快转人工"]],
)
async def test_what_is_asked_beside_a_call_for_a_person_is_answered_while_nobody_is_there(
    texts: list[str],
) -> None:
    bot = Bot(a_tenant(people=BY_DAY), a_passage("七天内可以退。"), now=NIGHT)

    turn, answer = await bot.turn(*texts)

    away = (await bot.answer("转人工")).text
    assert answer.text == f"七天内可以退。\n\n{away}"
    assert turn.intent == Intent.PERSON, "so they are noted as missed"


@pytest.mark.parametrize(
    "texts", [["我的裙子破了", "转人工", "快点"], ["有人吗，转人工"], ["听不懂，转人工"]]
)
async def test_a_call_for_a_person_beside_which_nothing_is_asked_hears_only_when_they_are_there(
    texts: list[str],
) -> None:
    bot = Bot(a_tenant(people=BY_DAY), a_passage("七天内可以退。"), now=NIGHT)

    assert (await bot.answer(*texts)).text == (await bot.answer("转人工")).text


async def test_where_there_are_people_they_get_the_question_too() -> None:
    answer = await Bot(a_tenant(people=BY_DAY), a_passage("七天内可以退。")).answer("转人工，怎么退货")

    assert answer == Answer(wording.HANDED_OFF, Outcome.HANDED_OFF)


@pytest.mark.parametrize(
    ("changes", "line"),
    [({}, wording.NO_PEOPLE), ({"no_people": "请拨打 400-000-0000。"}, "请拨打 400-000-0000。")],
    ids=["nothing configured", "a line of its own"],
)
async def test_where_there_are_no_people_it_is_answered_too(changes: dict[str, Any], line: str) -> None:
    bot = Bot(a_tenant(**changes), a_passage("七天内可以退。", score=0.65))

    assert (await bot.answer("转人工，怎么退货")).text == f"七天内可以退。\n\n{line}"


async def test_who_complains_asks_and_wants_a_person_at_night_is_not_told_twice_when_they_are_back() -> None:
    bot = Bot(a_tenant(people=BY_DAY), a_passage("七天内可以退。"), now=NIGHT)

    answer = await bot.answer("太过分了，转人工，怎么退货")

    assert answer.text.startswith(f"{wording.SORRY_FOR_THAT}七天内可以退。")
    assert answer.text.count("09:00开始") == 1
    assert "到时您也可以" not in answer.text


@pytest.mark.parametrize(
    ("people", "after"),
    [
        (None, ""),
        (BY_DAY, "\n\n人工客服今天09:00在线，到时您也可以回复转人工。"),
        ({"on_complaint": "offer"}, f"\n\n{wording.OFFER_PERSON}"),
    ],
    ids=["no people", "nobody on duty", "a person is offered"],
)
async def test_no_complaint_hears_that_nothing_was_found(people: dict[str, Any] | None, after: str) -> None:
    answer = await Bot(a_tenant(people=people), now=NIGHT).answer("我要投诉你们")

    assert answer.text == f"{wording.SORRY_FOR_THAT}{wording.TELL_ME_MORE}{after}"
    assert answer.outcome is Outcome.REFUSED


@pytest.mark.parametrize(("text", "line"), [("月亮上有人吗", "refusal"), ("某宝便宜", "withheld")])
async def test_our_lines_send_customers_to_people_only_while_they_are_there(text: str, line: str) -> None:
    staffed, alone = a_tenant(people=BY_DAY, blocked_words=["某宝"]), a_tenant()

    by_day, at_night = [await Bot(staffed, now=now).answer(text) for now in (NOON, NIGHT)]

    assert by_day.text == getattr(staffed, line)
    assert at_night.text == getattr(alone, line)


async def test_a_shop_s_own_refusal_is_said_at_night_too() -> None:
    own = a_tenant(people=BY_DAY, refusal="这个我不清楚，您可以回复转人工。")

    assert (await Bot(own, now=NIGHT).answer("月亮上有人吗")).text == own.refusal


async def test_where_there_are_no_people_a_complaint_promises_none() -> None:
    answer = await Bot(None, a_passage("七天内可以退。")).answer("衣服破了，太气人了")

    assert answer.text == f"{wording.SORRY_FOR_THAT}七天内可以退。"


@pytest.mark.parametrize(("wanted", "offers"), [("offer", True), ("answer", False)])
async def test_a_shop_may_answer_complaints_itself(wanted: str, offers: bool) -> None:
    bot = Bot(a_tenant(people={"on_complaint": wanted}), a_passage("七天内可以退。"))

    answer = await bot.answer("我要投诉你们")

    assert answer.outcome is Outcome.FAQ
    assert (wording.OFFER_PERSON in answer.text) is offers
    assert (wording.SORRY_FOR_THAT in answer.text) is offers


async def test_an_insult_gets_a_calm_line_and_the_next_one_a_person() -> None:
    bot = Bot(a_tenant(people={}))

    first = await bot.answer("你个傻逼")
    second = await bot.answer("滚", before=said("你个傻逼", first.text))

    assert first == Answer(
        f"{wording.CALM}{wording.OFFER_PERSON}", Outcome.CHATTED, suggestions=(wording.A_PERSON_PLEASE,)
    )
    assert second == Answer(wording.HANDED_OFF_SORRY, Outcome.HANDED_OFF, reason="abuse")


@pytest.mark.parametrize(
    ("people", "now"), [(None, NOON), (BY_DAY, NIGHT)], ids=["no people", "nobody on duty"]
)
async def test_an_insult_brings_nobody_who_is_not_there(people: dict[str, Any] | None, now: float) -> None:
    bot = Bot(a_tenant(people=people), now=now)

    first = await bot.answer("你个傻逼")
    second = await bot.answer("滚", before=said("你个傻逼", first.text, now=now))

    assert (first.text, first.outcome) == (second.text, second.outcome) == (wording.CALM, Outcome.CHATTED)


async def test_a_shop_may_send_insults_to_people_at_once_or_not_notice_them() -> None:
    at_once = await Bot(a_tenant(people={"on_abuse": "person"})).answer("你个傻逼")
    never = await Bot(a_tenant(people={"on_abuse": "answer"})).answer("你个傻逼")

    assert at_once.outcome is Outcome.HANDED_OFF
    assert never.outcome is Outcome.REFUSED


@pytest.mark.parametrize(
    ("people", "outcome"),
    [
        (None, Outcome.CHATTED),
        ({}, Outcome.CHATTED),
        ({"on_abuse": "person"}, Outcome.HANDED_OFF),
        ({"on_abuse": "answer"}, Outcome.REFUSED),
    ],
)
async def test_an_insult_that_is_blocked_too_is_met_as_the_shop_wants_insults_met(
    people: dict[str, Any] | None, outcome: Outcome
) -> None:
    bot = Bot(a_tenant(people=people, blocked_words=["傻子"]))

    answer = await bot.answer("你是傻子吗")

    assert answer.outcome is outcome


async def test_a_question_beside_an_insult_is_answered() -> None:
    answer = await Bot(a_tenant(people={}), a_passage("七天内可以退。")).answer("傻逼，怎么退货")

    assert answer.text == "七天内可以退。"


async def test_after_two_turns_without_an_answer_a_person_is_offered() -> None:
    bot = Bot(a_tenant(people={}, suggestions=["怎么退货"]))

    first = await bot.answer("能刻字吗")
    second = await bot.answer("刻名字可以不", before=said("能刻字吗", first.text, unsure=True))

    assert wording.OFFER_PERSON not in first.text
    assert second.outcome is Outcome.REFUSED
    assert second.text == f"{wording.STILL_NOT_FOUND}\n\n{wording.OFFER_PERSON}"
    assert second.suggestions == (wording.A_PERSON_PLEASE, "怎么退货")


async def test_an_answer_in_between_begins_the_count_anew() -> None:
    before = said("能刻字吗", wording.DEFAULT_REFUSAL, unsure=True) + said("怎么退货", "七天内可以退。")

    answer = await Bot(a_tenant(people={})).answer("刻名字可以不", before=before)

    assert wording.OFFER_PERSON not in answer.text


async def test_answers_that_the_knowledge_hardly_holds_count_too() -> None:
    bot = Bot(a_tenant(people={}), a_passage(score=0.2), model=ScriptedModel("大概可以吧。"))

    answer = await bot.answer("能刻字吗", before=said("刻名字可以不", "也许可以。", unsure=True))

    assert answer.text == f"大概可以吧。\n\n{wording.OFFER_PERSON}"


@pytest.mark.parametrize(
    "people", [None, {"offer_after": 0}, {"offer_after": 3}], ids=["no people", "never", "not yet"]
)
async def test_no_person_is_offered_where_a_shop_has_none_or_does_not_want_it(
    people: dict[str, Any] | None,
) -> None:
    bot = Bot(a_tenant(people=people, refusal="没有找到。"))

    answer = await bot.answer("能刻字吗", before=said("刻名字可以不", "没有找到。", unsure=True))

    assert answer.text == "没有找到。"


async def test_while_nobody_is_on_duty_the_customer_hears_when_somebody_is() -> None:
    bot = Bot(a_tenant(people=BY_DAY), now=NIGHT)

    answer = await bot.answer("能刻字吗", before=said("刻名字可以不", "没有找到。", unsure=True, now=NIGHT))

    assert wording.OFFER_PERSON not in answer.text
    assert "今天09:00在线" in answer.text
    assert wording.A_PERSON_PLEASE not in answer.suggestions


@pytest.mark.parametrize("text", ["不要转人工", "先不转人工了", "不需要人工服务，谢谢", "don't transfer me"])
async def test_who_wants_no_person_goes_on_with_the_bot_however_near_a_person_it_sounds(text: str) -> None:
    turn, answer = await Bot(a_tenant(people={}), known={text: Intent.PERSON}).turn(text)

    assert turn.intent == Intent.QUESTION
    assert (answer.text, answer.outcome) == (wording.GO_ON_WITH_ME, Outcome.CHATTED)


async def test_a_model_that_takes_it_for_a_call_is_not_believed_either() -> None:
    bot = Bot(
        a_tenant(people={}, intents_by_model=True),
        model=ScriptedModel("person"),
        known={"不用转人工": "person"},
    )
    bot.intents.probability = 0.5

    assert (await bot.answer("不用转人工")).outcome is Outcome.CHATTED


async def test_what_is_asked_beside_it_is_answered() -> None:
    text = "不要转人工，怎么退货"
    bot = Bot(a_tenant(people={}), a_passage("七天内可以退。"), known={text: Intent.PERSON})

    assert (await bot.answer(text)).text == "七天内可以退。"


@pytest.mark.parametrize("text", ["好的", "需要", "转人工", "yes please"])
async def test_who_takes_the_offer_gets_a_person(text: str) -> None:
    offered = said("能刻字吗", f"{wording.STILL_NOT_FOUND}\n\n{wording.OFFER_PERSON}")

    assert (await Bot(a_tenant(people={})).answer(text, before=offered)).outcome is Outcome.HANDED_OFF


async def test_who_declines_the_offer_goes_on_with_the_bot() -> None:
    offered = said("能刻字吗", f"{wording.STILL_NOT_FOUND}\n\n{wording.OFFER_PERSON}")

    answer = await Bot(a_tenant(people={})).answer("不用了", before=offered)

    assert (answer.text, answer.outcome) == (wording.GO_ON_WITH_ME, Outcome.CHATTED)


async def test_an_offer_is_not_remembered_for_others(fake_redis: Client) -> None:
    bot = Bot(
        a_tenant(people={}),
        a_passage(score=0.2),
        model=ScriptedModel("大概可以吧。"),
        answers=RedisAnswers(fake_redis),
    )

    offered = await bot.answer("能刻字吗", before=said("刻名字可以不", "也许可以。", unsure=True))
    others = await bot.answer("能刻字吗", before=said("刻名字可以不", "也许可以。"))

    assert wording.OFFER_PERSON in offered.text
    assert (others.text, others.outcome) == ("大概可以吧。", Outcome.CACHED)
