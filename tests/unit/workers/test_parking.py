"""A model that is away: whose question waits, what they hear meanwhile, and how it ends."""

from __future__ import annotations

import pytest

from bot import wording
from bot.errors import Held, Refused, Unavailable, Unusable
from bot.model.server import Server
from bot.model.servers import ModelServers
from bot.store.keys import partition
from bot.types import Address, Outcome, Passage, Work
from tests.builders import A_CONVERSATION, AT_ONCE, a_message, a_passage, a_tenant
from tests.fakes import FixedRetriever, FreeRates, RecordedNudges, ScriptedModel
from tests.taking import taken_off
from tests.unit.workers.conftest import Shop
from workers.parking import CallBack
from workers.rounds import Rounds

AWAY = Unavailable("the model server can't be reached")
LEFT_ALONE = Held("no model server can be asked now")
UNKNOWN = a_passage(score=0.1)


def away(shop: Shop, *lines: str | Exception, near: bool = False) -> Rounds:
    """A worker whose model says these, the last one for ever; no FAQ entry is near, or all are."""
    model = ScriptedModel(*(lines or (AWAY,)))  # type: ignore[arg-type]
    return shop.answerer(FixedRetriever(a_passage() if near else UNKNOWN), model)


async def said(shop: Shop) -> list[tuple[Outcome | None, str]]:
    return [(delivery.reply.outcome, delivery.reply.text) for delivery in await taken_off(shop.stores)]


async def called_back(shop: Shop) -> bool:
    shop_line = partition(A_CONVERSATION)
    key = f"kefu:{{{shop_line:02d}}}:parked"
    await shop.stores.client.zadd(key, {str(A_CONVERSATION): 1}, xx=True)  # its pause is over
    return await shop.stores.parking.call_back(shop_line, upto=10, least=1) is not None


async def due(shop: Shop) -> None:
    key = f"kefu:{{{partition(A_CONVERSATION):02d}}}:schedule:answer"
    await shop.stores.client.zadd(key, {str(A_CONVERSATION): 1}, xx=True)


class Broken(FixedRetriever):
    """With a bug."""

    async def search(self, *_: object, **__: object) -> list[Passage]:
        raise ZeroDivisionError


async def test_a_question_without_an_answer_waits_and_is_answered_when_the_model_is_back(shop: Shop) -> None:
    await shop.stores.inbox.accept(a_message("会员怎么算"))
    worker = away(shop, AWAY, "注册就是会员。")

    await worker.answer(A_CONVERSATION)
    assert await said(shop) == [(None, wording.PARKED)]
    assert shop.nudges.of(Work.DELIVER) == [A_CONVERSATION]

    assert await called_back(shop)
    await worker.answer(A_CONVERSATION)
    assert await said(shop) == [(Outcome.ANSWERED, "注册就是会员。")]
    assert not await called_back(shop)


async def test_what_the_faq_answers_does_not_wait(shop: Shop) -> None:
    await shop.stores.inbox.accept(a_message())

    await away(shop, near=True).answer(A_CONVERSATION)

    assert await said(shop) == [(Outcome.FAQ, "七天内可以退货。")]


async def test_nobody_hears_twice_that_their_question_waits(shop: Shop) -> None:
    await shop.stores.inbox.accept(a_message("会员怎么算"))
    worker = away(shop)

    for _ in range(3):
        await worker.answer(A_CONVERSATION)
        await called_back(shop)

    assert await said(shop) == [(None, wording.PARKED)]


async def test_who_says_well_and_thanks_to_that_word_does_not_hear_it_again(shop: Shop) -> None:
    worker = away(shop)
    for place, text in enumerate(("会员怎么算", "好的", "谢谢", "在吗")):
        await shop.stores.inbox.accept(a_message(text, id=f"m{place}"))
        await worker.answer(A_CONVERSATION)

    assert await said(shop) == [(None, wording.PARKED)] * 2, (
        "to the question, and to who asks whether we are here"
    )

    assert await called_back(shop)
    await away(shop, "注册就是会员。").answer(A_CONVERSATION)
    assert (await said(shop))[-1] == (Outcome.ANSWERED, "注册就是会员。")


async def test_what_the_model_was_not_asked_counts_as_no_attempt(shop: Shop) -> None:
    await shop.stores.inbox.accept(a_message("会员怎么算"))
    worker = away(shop, LEFT_ALONE)

    for _ in range(20):
        await worker.answer(A_CONVERSATION)
        await called_back(shop)

    assert await said(shop) == [(None, wording.PARKED)]


async def test_a_question_that_a_model_fails_on_again_and_again_ends_with_an_honest_line(shop: Shop) -> None:
    await shop.stores.inbox.accept(a_message("会员怎么算"))
    worker = away(shop)

    for _ in range(20):
        await worker.answer(A_CONVERSATION)
        await called_back(shop)

    assert [text for _, text in await said(shop)] == [wording.PARKED, wording.APOLOGY]
    (letter,) = await shop.stores.letters.all()
    assert letter.reason == str(AWAY)


async def test_a_hiccup_of_ours_does_not_end_a_wait_that_the_model_took_tries_of(shop: Shop) -> None:
    """Three tries are what a turn has in this worker, and the model had two of them."""
    await shop.stores.inbox.accept(a_message("会员怎么算"))
    for _ in range(2):
        await away(shop).answer(A_CONVERSATION)
        await called_back(shop)

    await shop.answerer(Broken(), ScriptedModel("好的。")).answer(A_CONVERSATION)
    assert await said(shop) == [(None, wording.PARKED)]

    await due(shop)
    await away(shop, "注册就是会员。").answer(A_CONVERSATION)
    assert await said(shop) == [(Outcome.ANSWERED, "注册就是会员。")]


async def test_it_waits_no_longer_than_the_shop_says(shop: Shop) -> None:
    shop.tenant = a_tenant(limits={**AT_ONCE, "park_hours": 1})
    await shop.stores.inbox.accept(a_message("会员怎么算", sent_at=shop.clock() - 3601))

    await away(shop).answer(A_CONVERSATION)

    assert await said(shop) == [(Outcome.APOLOGISED, wording.APOLOGY)]


@pytest.mark.parametrize(
    "address", [Address({}, own=True), Address({}, expires_at=30.0)], ids=["a reply each", "runs out"]
)
async def test_where_nothing_can_be_sent_later_an_honest_line_is_all(shop: Shop, address: Address) -> None:
    shop.clock.now = 10.0
    await shop.stores.inbox.accept(a_message("会员怎么算", sent_at=9.0, address=address))

    await away(shop).answer(A_CONVERSATION)

    assert await said(shop) == [(Outcome.APOLOGISED, wording.APOLOGY)]


async def test_a_shop_may_want_the_line_alone(shop: Shop) -> None:
    shop.tenant = a_tenant(limits={**AT_ONCE, "while_model_away": "line"})
    await shop.stores.inbox.accept(a_message("会员怎么算"))

    await away(shop).answer(A_CONVERSATION)

    assert await said(shop) == [(Outcome.APOLOGISED, wording.APOLOGY)]


@pytest.mark.parametrize("error", [Refused("no such model"), Unusable("the model said nothing")])
async def test_a_model_that_is_there_is_not_waited_for(shop: Shop, error: Exception) -> None:
    await shop.stores.inbox.accept(a_message("会员怎么算"))

    await away(shop, error).answer(A_CONVERSATION)

    assert await said(shop) == [(Outcome.APOLOGISED, wording.APOLOGY)]


async def test_both_are_answered_when_the_model_is_back_before(shop: Shop) -> None:
    await shop.stores.inbox.accept(a_message("会员怎么算"))
    worker = away(shop, AWAY, AWAY, "两个问题的答案。")
    await worker.answer(A_CONVERSATION)
    await shop.stores.inbox.accept(a_message("积分呢", id="m2"))
    await worker.answer(A_CONVERSATION)

    await called_back(shop)
    await worker.answer(A_CONVERSATION)

    (first, second, answer) = await taken_off(shop.stores)
    assert first.reply.text == second.reply.text == wording.PARKED
    assert answer.reply.answers == ("m1", "m2")


async def test_who_asks_for_a_person_meanwhile_gets_one_who_sees_it_all(shop: Shop) -> None:
    shop.tenant = a_tenant(people={}, limits=AT_ONCE)
    await shop.stores.inbox.accept(a_message("会员怎么算"))
    worker = away(shop)
    await worker.answer(A_CONVERSATION)
    await shop.stores.inbox.accept(a_message("转人工", id="m2"))

    await worker.answer(A_CONVERSATION)

    assert (await said(shop))[1:] == [(Outcome.HANDED_OFF, wording.HANDED_OFF)]
    assert "会员怎么算" in (await shop.stores.people.history(A_CONVERSATION))[0].text


async def test_nobody_is_called_back_before_a_model_can_be_asked(shop: Shop) -> None:
    await shop.stores.inbox.accept(a_message("会员怎么算"))
    await away(shop, LEFT_ALONE).answer(A_CONVERSATION)
    key = f"kefu:{{{partition(A_CONVERSATION):02d}}}:parked"
    await shop.stores.client.zadd(key, {str(A_CONVERSATION): 1})
    server = Server("model", ScriptedModel("好的。"), most=4, slow_s=10, starting=True)
    model, nudges = ModelServers([server]), RecordedNudges()
    call_back = CallBack(model, shop.stores.parking, FreeRates(), nudges)

    await call_back.look()
    assert nudges.nudged == []

    await server.look()
    await call_back.look()
    assert nudges.nudged == [(Work.ANSWER, A_CONVERSATION)]


async def test_who_waits_for_a_model_that_is_configured_no_more_is_called_back(shop: Shop) -> None:
    await shop.stores.inbox.accept(a_message("会员怎么算"))
    await away(shop, LEFT_ALONE).answer(A_CONVERSATION)
    key = f"kefu:{{{partition(A_CONVERSATION):02d}}}:parked"
    await shop.stores.client.zadd(key, {str(A_CONVERSATION): 1})
    nudges = RecordedNudges()

    await CallBack(None, shop.stores.parking, FreeRates(), nudges).look()
    await shop.answerer(FixedRetriever(UNKNOWN)).answer(A_CONVERSATION)

    assert nudges.nudged == [(Work.ANSWER, A_CONVERSATION)]
    assert (await said(shop))[1:] == [(Outcome.REFUSED, shop.tenant.refusal)]


async def test_a_shop_that_is_renamed_while_its_customers_wait_owes_them_an_honest_line(shop: Shop) -> None:
    await shop.stores.inbox.accept(a_message("会员怎么算"))
    await away(shop).answer(A_CONVERSATION)
    shop.tenant = a_tenant(name="renamed")
    await called_back(shop)

    for _ in range(12):
        await away(shop).answer(A_CONVERSATION)
        await due(shop)

    assert [text for _, text in await said(shop)] == [wording.PARKED, wording.APOLOGY]
