"""A customer who goes on writing while a question of theirs waits for the model."""

from __future__ import annotations

from typing import Any

import pytest

from bot import wording
from bot.errors import Held, KefuError, Unavailable
from bot.replies import named, reply_id
from bot.store.keys import Keys, partition
from bot.types import Address, Claim, Outcome, Passage, Said, Speaker, Work
from tests.builders import A_CONVERSATION, AT_ONCE, a_message, a_passage, a_tenant
from tests.fakes import FixedRetriever, ScriptedModel
from tests.taking import taken_off
from tests.unit.workers.conftest import Shop
from workers.beside import as_they_asked, beside, by_itself

AWAY = Unavailable("the model server can't be reached")
LEFT_ALONE = Held("no model server can be asked now")
FIRST, LATER = "会员怎么算", "怎么退货"
ANSWER, RETURNS = "注册就是会员。", "七天内可以退货。"
BEGUN = 1_700_000_000.0


class Knowing(FixedRetriever):
    """Has an entry on returns, and nothing else."""

    async def search(self, tenant: str, text: str, *, channel: str | None, limit: int) -> list[Passage]:
        return [a_passage(score=0.8 if "退货" in text and FIRST not in text else 0.1)]


class Customer:
    """Writes, one thing a second, and hears what the shop says."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.count = 0

    async def writes(self, text: str, **more: Any) -> None:
        self.count += 1
        self.shop.clock.now = BEGUN + self.count + 0.5
        message = a_message(text, id=f"m{self.count}", sent_at=BEGUN + self.count, **more)
        await self.shop.stores.inbox.accept(message)

    async def is_answered(self, *lines: str | KefuError) -> ScriptedModel:
        """The model says these, the last one for ever."""
        model = ScriptedModel(*(lines or (AWAY,)))
        await self.shop.answerer(Knowing(), model).answer(A_CONVERSATION)
        return model

    async def hears(self) -> list[tuple[Outcome | None, str]]:
        sent = [delivery.reply for delivery in await taken_off(self.shop.stores)]
        return [(reply.outcome, reply.text) for reply in sent]

    async def is_called_back(self) -> bool:
        line = partition(A_CONVERSATION)
        await self.shop.stores.client.zadd(f"kefu:{{{line:02d}}}:parked", {str(A_CONVERSATION): 1}, xx=True)
        return await self.shop.stores.parking.call_back(line, upto=10, least=1) is not None


@pytest.fixture(params=[False, True], ids=["found out", "known"])
def customer(shop: Shop, request: pytest.FixtureRequest) -> Customer:
    """Whose worker finds out that the model is away when it asks, or knows before."""
    shop.model_is_away = request.param
    return Customer(shop)


async def waits(customer: Customer, text: str = FIRST, *, error: KefuError = AWAY) -> None:
    await customer.writes(text)
    await customer.is_answered(error)
    assert await customer.hears() == [(None, wording.PARKED)]


def still_waits(text: str) -> str:
    return f"{text}\n\n{wording.STILL_WAITS}"


def about_first(text: str) -> str:
    return wording.ABOUT_WHAT_WAITED.format(question=FIRST, text=text)


async def test_what_the_faq_knows_is_answered_at_once_and_what_waits_when_the_model_is_back(
    customer: Customer,
) -> None:
    await waits(customer)
    await customer.writes(LATER)

    await customer.is_answered()
    assert await customer.hears() == [(Outcome.FAQ, still_waits(RETURNS))]
    assert Work.DELIVER in [work for work, _ in customer.shop.nudges.nudged]

    assert await customer.is_called_back()
    customer.shop.model_is_away = False
    await customer.is_answered(ANSWER)
    assert await customer.hears() == [(Outcome.ANSWERED, about_first(ANSWER))]
    assert not await customer.is_called_back()
    assert await customer.shop.stores.client.exists(Keys(A_CONVERSATION).inbox) == 0


async def test_a_model_that_is_back_just_now_answers_what_was_asked_first(customer: Customer) -> None:
    await waits(customer)
    await customer.writes("会员能打折吗")
    customer.shop.model_is_away = True  # as far as is known

    model = await customer.is_answered("会员打折。", "注册就是会员，会员打折。")

    assert await customer.hears() == [(Outcome.ANSWERED, "注册就是会员，会员打折。")]
    assert [prompt.question for prompt in model.prompts][-1] == f"{FIRST}\n会员能打折吗"
    assert not await customer.is_called_back()


async def test_a_model_that_is_gone_again_has_answered_what_it_could(customer: Customer) -> None:
    await waits(customer)
    await customer.writes("会员能打折吗")
    customer.shop.model_is_away = True

    await customer.is_answered("会员打折。", AWAY)

    assert await customer.hears() == [(Outcome.ANSWERED, still_waits("会员打折。"))]
    assert await customer.is_called_back()


async def test_each_reply_is_of_the_message_it_answers(customer: Customer) -> None:
    await waits(customer)
    await customer.writes(LATER)
    await customer.is_answered()
    (later,) = await taken_off(customer.shop.stores)
    await customer.is_called_back()
    await customer.is_answered(ANSWER)
    (first,) = await taken_off(customer.shop.stores)

    assert (later.reply.answers, later.reply.id) == (("m2",), reply_id(A_CONVERSATION, ["m2"]))
    assert (first.reply.answers, first.reply.id) == (("m1",), reply_id(A_CONVERSATION, ["m1"]))


async def test_several_questions_that_the_faq_knows_leave_the_first_waiting(customer: Customer) -> None:
    await waits(customer)
    for number in range(3):
        await customer.writes(f"{LATER}{number}")
        await customer.is_answered()

    assert await customer.hears() == [(Outcome.FAQ, still_waits(RETURNS))] * 3
    await customer.is_called_back()
    await customer.is_answered(ANSWER)
    assert await customer.hears() == [(Outcome.ANSWERED, about_first(ANSWER))]


async def test_what_the_faq_does_not_know_waits_along_and_both_get_one_answer(customer: Customer) -> None:
    await waits(customer)
    await customer.writes("积分呢")
    await customer.is_answered()
    assert await customer.hears() == [(None, wording.PARKED)]

    await customer.is_called_back()
    await customer.is_answered("两个问题的答案。")
    (answer,) = await taken_off(customer.shop.stores)
    assert (answer.reply.text, answer.reply.answers) == ("两个问题的答案。", ("m1", "m2"))


async def test_the_model_reads_the_first_question_as_it_was_asked(customer: Customer) -> None:
    """Behind 怎么退货 and its answer, 多久能到 would be about the money."""
    await waits(customer, "多久能到")
    await customer.writes(LATER)
    await customer.is_answered()
    await customer.is_called_back()
    customer.shop.model_is_away = False

    model = await customer.is_answered("三天。")

    assert (model.prompts[0].history, model.prompts[0].question) == ((), "多久能到")


async def test_who_wrote_while_the_model_came_back_gets_one_answer_to_both(shop: Shop) -> None:
    customer = Customer(shop)
    await waits(customer)
    await customer.writes("积分呢")

    await customer.is_answered("两个问题的答案。")

    assert await customer.hears() == [(Outcome.ANSWERED, "两个问题的答案。")]


@pytest.mark.parametrize("text", ["好的", "谢谢", "好的，谢谢"])
async def test_a_thank_you_for_the_word_that_it_waits_ends_nothing_and_hears_nothing(
    customer: Customer, text: str
) -> None:
    await waits(customer)
    await customer.writes(text)

    await customer.is_answered()

    assert await customer.hears() == []
    await customer.is_called_back()
    await customer.is_answered(ANSWER)
    assert (Outcome.ANSWERED, ANSWER) in await customer.hears()


async def test_whoever_takes_over_sees_all_that_was_asked(customer: Customer) -> None:
    customer.shop.tenant = a_tenant(people={}, limits=AT_ONCE)
    await waits(customer)
    await customer.writes("转人工")

    await customer.is_answered()

    assert await customer.hears() == [(Outcome.HANDED_OFF, wording.HANDED_OFF)]
    assert FIRST in (await customer.shop.stores.people.history(A_CONVERSATION))[0].text
    assert await customer.shop.stores.client.exists(Keys(A_CONVERSATION).inbox) == 0


async def test_a_word_that_a_shop_will_not_hear_ends_only_its_own_message(shop: Shop) -> None:
    customer, shop.model_is_away = Customer(shop), True
    shop.tenant = a_tenant(limits=AT_ONCE, blocked_words=["竞品"])
    await waits(customer)
    await customer.writes("竞品好不好")

    await customer.is_answered()

    assert [outcome for outcome, _ in await customer.hears()] == [Outcome.REFUSED]
    assert await customer.is_called_back()


async def test_one_message_too_many_ends_only_itself_be_it_told_or_in_silence(shop: Shop) -> None:
    customer, shop.model_is_away = Customer(shop), True
    shop.tenant = a_tenant(limits={**AT_ONCE, "turns_per_minute": 1})
    await waits(customer, error=LEFT_ALONE)
    heard = []
    for number in range(3):
        await customer.writes(f"{LATER}{number}")
        await customer.is_answered(LEFT_ALONE)
        heard.append(await customer.hears())

    assert heard[1:] == [[(Outcome.LIMITED, still_waits(wording.TOO_OFTEN))], []]
    entries: Any = await shop.stores.client.xrange(Keys(A_CONVERSATION).journal)
    assert [fields[b"kind"] for _, fields in entries].count(b"passed_over") == 1

    await customer.is_called_back()
    shop.model_is_away = False
    await customer.is_answered(ANSWER)
    assert await customer.hears() == [(Outcome.ANSWERED, about_first(ANSWER))]


async def test_a_bug_that_only_later_questions_meet_does_not_end_what_waits(customer: Customer) -> None:
    class Broken(Knowing):
        async def search(self, *_: object, **__: object) -> list[Passage]:
            raise ZeroDivisionError

    await waits(customer)
    await customer.writes(LATER)
    customer.shop.model_is_away = True
    key = f"kefu:{{{partition(A_CONVERSATION):02d}}}:schedule:answer"
    for _ in range(10):
        await customer.shop.answerer(Broken(), ScriptedModel(AWAY)).answer(A_CONVERSATION)
        await customer.shop.stores.client.zadd(key, {str(A_CONVERSATION): 1}, xx=True)

    assert await customer.hears() == [(Outcome.APOLOGISED, still_waits(wording.APOLOGY))]
    (letter,) = await customer.shop.stores.letters.all()
    assert [message.id for message in letter.messages] == ["m2"]
    await customer.is_answered()
    assert await customer.is_called_back(), "with tries of its own"


async def test_another_member_of_a_group_does_not_wait_behind_who_waits(customer: Customer) -> None:
    await customer.writes(FIRST, sender="anna")
    await customer.is_answered()
    await customer.writes(LATER, sender="bob")

    await customer.is_answered()

    assert await customer.hears() == [(None, wording.PARKED), (Outcome.FAQ, still_waits(RETURNS))]


async def test_who_waited_for_as_long_as_the_shop_says_hears_that_it_is_still_open(shop: Shop) -> None:
    customer = Customer(shop)
    shop.tenant = a_tenant(limits={**AT_ONCE, "park_hours": 1})
    await waits(customer)
    await customer.writes(LATER)
    shop.clock.now = BEGUN + 3700

    await customer.is_answered()

    assert await customer.hears() == [(Outcome.FAQ, f"{RETURNS}\n\n{wording.STILL_OPEN}")]
    assert not await customer.is_called_back()


def test_what_waits_wordlessly_is_named_without_words() -> None:
    assert named((a_message(""),), "这是蓝色款。") == "关于您前面的问题：\n这是蓝色款。"


def test_a_long_question_is_named_by_its_beginning() -> None:
    text = named((a_message("会" * 41),), "好。")

    assert text == f"关于您前面的问题“{'会' * 40}…”：\n好。"


def a_claim(*texts: str, parked: int = 1, history: tuple[Said, ...] = ()) -> Claim:
    messages = tuple(
        a_message(text, id=f"m{number}", sent_at=float(number)) for number, text in enumerate(texts)
    )
    return Claim(messages, history, attempts=0, parked=parked)


@pytest.mark.parametrize(
    ("texts", "parked", "answered"),
    [
        ((FIRST, LATER), 1, [LATER]),
        ((FIRST, "好的", LATER), 1, ["好的", LATER]),
        ((FIRST, "你是机器人吗"), 1, ["你是机器人吗"]),
        ((FIRST, "积分呢", LATER), 2, [LATER]),
        ((FIRST,), 1, []),
        ((FIRST, LATER), 0, []),
        ((FIRST, LATER), 2, []),
        ((FIRST, "好的", "谢谢"), 1, []),
        ((FIRST, "在吗"), 1, []),
    ],
)
def test_what_came_since_and_asks_has_a_turn(
    texts: tuple[str, ...], parked: int, answered: list[str]
) -> None:
    found = beside(a_claim(*texts, parked=parked), 1000)

    assert [message.text for message in found.messages[parked:]] == answered if found else not answered


def test_a_later_question_knows_the_first_as_said_before_it() -> None:
    before = (Said(Speaker.CUSTOMER, "在吗", -2.0), Said(Speaker.BOT, "在的", 3.0))
    since = (Said(Speaker.CUSTOMER, LATER, 1.0), Said(Speaker.BOT, RETURNS, 4.0))

    own = by_itself(a_claim(FIRST, "那运费呢", history=(*before, *since)))

    assert [line.text for line in own.history] == ["在吗", "在的", FIRST, LATER, RETURNS]
    assert ([message.text for message in own.messages], own.parked) == (["那运费呢"], 0)


def test_the_first_question_knows_nothing_of_the_later_one() -> None:
    before = (Said(Speaker.CUSTOMER, "在吗", 1.0), Said(Speaker.BOT, "在的", 9.0))
    since = (Said(Speaker.CUSTOMER, LATER, 6.0), Said(Speaker.BOT, RETURNS, 10.0))

    assert as_they_asked((*before, *since), a_message(sent_at=5.0)) == before
    assert as_they_asked((*before, *since), a_message(sent_at=6.0)) == (*before, *since)


def test_the_way_back_to_who_waits_is_the_one_that_counts(shop: Shop) -> None:
    """What they wrote later goes with its own address off the inbox."""
    shop.clock.now = BEGUN
    soon = Address({"to": "customer-1"}, expires_at=BEGUN + 30)
    first, later = a_message(FIRST, sent_at=BEGUN, address=soon), a_message(LATER, id="m2", sent_at=BEGUN)
    waiting = shop.waiting()

    assert not waiting.goes_on(Claim((first, later), (), attempts=0, parked=1))
    assert waiting.goes_on(Claim((later, first), (), attempts=0, parked=1))
