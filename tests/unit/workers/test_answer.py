"""Lease, claim, pipeline, commit."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from structlog.testing import capture_logs

from bot import wording
from bot.errors import Unavailable
from bot.pipeline import GapNotes
from bot.replies import reply_id, titles
from bot.store.keys import Keys
from bot.types import Address, Answer, Delivery, Outcome, Passage, Work
from tests.builders import A_CONVERSATION, a_conversation, a_message, a_passage
from tests.fakes import FixedRetriever, ScriptedModel
from tests.taking import lease_on_answering, taken_off
from tests.unit.workers.conftest import Shop
from workers.drafts import Drafts
from workers.one_turn import MESSAGES_A_TURN
from workers.remembering import HISTORY_CHARS


async def outbox(shop: Shop) -> list[Delivery]:
    """What waits for delivery; takes it off."""
    return await taken_off(shop.stores)


async def due(shop: Shop) -> None:
    """Whoever waits for a retry has waited."""
    await shop.stores.client.zadd(Keys(A_CONVERSATION).schedule(Work.ANSWER), {str(A_CONVERSATION): 1})


async def test_a_message_becomes_a_reply_with_its_address(shop: Shop) -> None:
    await shop.stores.inbox.accept(a_message())

    await shop.answerer().answer(A_CONVERSATION)

    (delivery,) = await outbox(shop)
    assert delivery.reply.text == "七天内可以退货。"
    assert delivery.reply.outcome is Outcome.FAQ
    assert delivery.reply.address == a_message().address
    assert delivery.reply.answers == ("m1",)
    assert shop.nudges.of(Work.DELIVER) == [A_CONVERSATION]


async def test_a_reply_names_its_sources_to_the_shop_and_their_titles_to_the_customer(shop: Shop) -> None:
    await shop.stores.inbox.accept(a_message())

    await shop.answerer().answer(A_CONVERSATION)

    (delivery,) = await outbox(shop)
    assert delivery.reply.sources == ("faq.txt:1",)
    assert delivery.reply.titles == ("怎么退货",)


def test_a_title_is_told_once_and_a_file_s_name_is_none() -> None:
    passages = [
        a_passage(id="a", title="冲煮指南 › 冷萃", source="guide.md:line 3"),
        a_passage(id="b", title="冲煮指南 › 冷萃", source="guide.md:line 9"),
        a_passage(id="c", title="notes.pdf", source="notes.pdf:page 2"),
    ]
    rests_on = (*(passage.source for passage in passages), "faq.txt:line 1")

    assert titles(Answer("…", Outcome.ANSWERED, rests_on), passages) == ("冲煮指南 › 冷萃",)


async def test_a_nudge_that_comes_twice_answers_once(shop: Shop) -> None:
    await shop.stores.inbox.accept(a_message())
    answerer = shop.answerer()

    await asyncio.gather(*(answerer.answer(A_CONVERSATION) for _ in range(5)))
    await answerer.answer(A_CONVERSATION)

    assert len(await outbox(shop)) == 1


async def test_messages_are_answered_in_order(shop: Shop) -> None:
    model = ScriptedModel("答甲", "答乙", "答丙")
    answerer = shop.answerer(model=model)

    for number in range(3):
        await shop.stores.inbox.accept(a_message(f"问题{number}", id=f"m{number}"))
        await answerer.answer(A_CONVERSATION)

    assert [delivery.reply.text for delivery in await outbox(shop)] == ["答甲", "答乙", "答丙"]
    assert [prompt.question for prompt in model.prompts] == ["问题0", "问题1", "问题2"]
    assert [line.text for line in model.prompts[2].history] == ["问题0", "答甲", "问题1", "答乙"]


async def test_an_orders_number_is_kept_in_mind_from_turn_to_turn(shop: Shop) -> None:
    answerer = shop.answerer()

    for number, text in enumerate(("订单 20240910XYZ", "嗯", "到哪了")):
        await shop.stores.inbox.accept(a_message(text, id=f"m{number}"))
        await answerer.answer(A_CONVERSATION)

    history = await shop.stores.people.history(A_CONVERSATION)
    kept = [line.slots.order if line.slots else "" for line in history]
    assert kept == ["", "20240910XYZ"] * 3


async def test_messages_sent_in_a_quick_row_get_one_answer(shop: Shop) -> None:
    for number, text in enumerate(("在吗", "我昨天买的裙子", "能退吗")):
        await shop.stores.inbox.accept(a_message(text, id=f"m{number}"))
    model = ScriptedModel("七天内都可以退哦。")

    await shop.answerer(model=model).answer(A_CONVERSATION)

    (delivery,) = await outbox(shop)
    assert delivery.reply.answers == ("m0", "m1", "m2")
    assert model.prompts[0].question == "在吗\n我昨天买的裙子\n能退吗"


async def test_what_still_waits_is_announced_again(shop: Shop) -> None:
    for number in range(MESSAGES_A_TURN + 1):
        await shop.stores.inbox.accept(a_message(id=f"m{number}"))

    await shop.answerer().answer(A_CONVERSATION)

    assert [len(delivery.reply.answers) for delivery in await outbox(shop)] == [MESSAGES_A_TURN]
    assert shop.nudges.of(Work.ANSWER) == [A_CONVERSATION]


async def test_a_failing_search_puts_the_turn_back_and_loses_nothing(shop: Shop) -> None:
    await shop.stores.inbox.accept(a_message())
    away = FixedRetriever(a_passage(), error=Unavailable("the search is away"))

    await shop.answerer(away).answer(A_CONVERSATION)

    assert await outbox(shop) == []
    assert (await shop.stores.schedule.waiting())[Work.ANSWER] == 1
    away.error = None
    await asyncio.sleep(1.6)
    await shop.answerer(away).answer(A_CONVERSATION)
    assert len(await outbox(shop)) == 1


async def test_after_the_last_try_the_customer_gets_an_honest_line(shop: Shop) -> None:
    await shop.stores.inbox.accept(a_message())

    await shop.answerer(FixedRetriever(error=Unavailable("gone")), tries=1).answer(A_CONVERSATION)

    (delivery,) = await outbox(shop)
    assert delivery.reply.text == wording.APOLOGY
    assert delivery.reply.outcome is Outcome.APOLOGISED


async def test_while_the_search_stays_away_the_customer_hears_that_it_is_our_fault(shop: Shop) -> None:
    await shop.stores.inbox.accept(a_message())
    answerer = shop.answerer(FixedRetriever(error=Unavailable("gone")), tries=5)

    for _ in range(3):
        await answerer.answer(A_CONVERSATION)
        await due(shop)

    (delivery,) = await outbox(shop)
    assert (delivery.reply.text, delivery.reply.outcome) == (wording.KNOWLEDGE_AWAY, Outcome.APOLOGISED)


async def test_a_bug_in_a_step_is_no_reason_to_lose_a_message(shop: Shop) -> None:
    class Broken(FixedRetriever):
        async def search(self, tenant: str, text: str, *, channel: str | None, limit: int) -> list[Passage]:
            raise ZeroDivisionError

    await shop.stores.inbox.accept(a_message())

    await shop.answerer(Broken()).answer(A_CONVERSATION)

    assert (await shop.stores.schedule.waiting())[Work.ANSWER] == 1


async def test_a_cancelled_turn_gives_its_conversation_back(shop: Shop) -> None:
    class Slow(FixedRetriever):
        async def search(self, tenant: str, text: str, *, channel: str | None, limit: int) -> list[Passage]:
            await asyncio.sleep(60)
            return []

    await shop.stores.inbox.accept(a_message())
    turn = asyncio.create_task(shop.answerer(Slow()).answer(A_CONVERSATION))
    await asyncio.sleep(0.05)
    turn.cancel()
    await asyncio.wait([turn])

    assert turn.cancelled()
    assert shop.nudges.of(Work.ANSWER) == [A_CONVERSATION]
    await shop.answerer().answer(A_CONVERSATION)
    assert len(await outbox(shop)) == 1


async def test_a_worker_that_lost_its_lease_drops_the_turn(shop_with_lease: Callable[[float], Shop]) -> None:
    shop = shop_with_lease(0.3)

    class Robbed(FixedRetriever):
        async def search(self, tenant: str, text: str, *, channel: str | None, limit: int) -> list[Passage]:
            await shop.stores.client.delete(Keys(A_CONVERSATION).lease(Work.ANSWER))
            await asyncio.sleep(5)
            return []

    await shop.stores.inbox.accept(a_message())

    async with asyncio.timeout(2):
        await shop.answerer(Robbed()).answer(A_CONVERSATION)

    assert await outbox(shop) == []
    assert (await shop.stores.schedule.waiting())[Work.ANSWER] == 1


async def test_a_long_turn_keeps_its_lease(shop_with_lease: Callable[[float], Shop]) -> None:
    shop = shop_with_lease(0.8)

    class Slow(FixedRetriever):
        async def search(self, tenant: str, text: str, *, channel: str | None, limit: int) -> list[Passage]:
            await asyncio.sleep(1.6)
            return [a_passage()]

    await shop.stores.inbox.accept(a_message())

    await shop.answerer(Slow()).answer(A_CONVERSATION)

    assert len(await outbox(shop)) == 1


def test_a_replys_id_is_the_same_each_time_its_turn_is_run() -> None:
    ids = {reply_id(A_CONVERSATION, ("m1",)) for _ in range(3)}

    assert len(ids) == 1
    assert ids != {reply_id(A_CONVERSATION, ("m2",))}
    assert len(f"{ids.pop()}-12") <= 32, "a platform's idempotency key has room for a part number"


async def test_a_bug_beside_the_pipeline_is_an_attempt_and_ends_with_an_apology(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def of(*_: object) -> None:
        raise KeyError("a bug")

    monkeypatch.setattr(Drafts, "of", of)
    await shop.stores.inbox.accept(a_message())
    answerer = shop.answerer(tries=2)

    await answerer.answer(A_CONVERSATION)
    await answerer.answer(A_CONVERSATION)
    assert shop.nudges.of(Work.ANSWER) == [], "nobody comes before its time"
    assert await outbox(shop) == []

    await due(shop)
    await answerer.answer(A_CONVERSATION)

    (delivery,) = await outbox(shop)
    assert delivery.reply.outcome is Outcome.APOLOGISED
    (letter,) = await shop.stores.letters.all()
    assert (letter.reason, [message.id for message in letter.messages]) == ("KeyError", ["m1"])


async def test_where_not_even_an_apology_works_the_message_stays_and_is_not_tried_at_once(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def kept(_: str) -> str:
        raise KeyError("a bug")

    await shop.stores.inbox.accept(a_message())
    with monkeypatch.context() as patch:
        patch.setattr("workers.ending.kept", kept)
        answerer = shop.answerer(tries=1)
        for _ in range(3):
            await answerer.answer(A_CONVERSATION)
        assert shop.nudges.of(Work.ANSWER) == []
        assert await outbox(shop) == []

    await due(shop)
    await answerer.answer(A_CONVERSATION)

    assert len(await outbox(shop)) == 1


async def test_a_bug_behind_the_commit_answers_nobody_twice(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    await shop.stores.inbox.accept(a_message())
    with monkeypatch.context() as patch:
        patch.setattr("workers.answer.metrics.TURNS", None)
        await shop.answerer().answer(A_CONVERSATION)
    await shop.answerer().answer(A_CONVERSATION)

    assert len(await outbox(shop)) == 1


async def test_a_bug_in_what_is_noted_has_nothing_wait_for_the_sweeper(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def note(*_: object) -> None:
        raise KeyError("a bug")

    monkeypatch.setattr(GapNotes, "note", note)
    for number in range(MESSAGES_A_TURN + 1):
        await shop.stores.inbox.accept(a_message(id=f"m{number}"))

    with capture_logs() as logs:
        await shop.answerer().answer(A_CONVERSATION)

    assert shop.nudges.of(Work.ANSWER) == [A_CONVERSATION], "for what the turn had no room for"
    assert [line["notes"] for line in logs if line["event"] == "note_failed"] == ["GapNotes"]


async def test_a_tenant_that_is_gone_ends_with_an_apology(shop: Shop) -> None:
    gone = a_conversation(tenant="renamed")
    await shop.stores.inbox.accept(a_message(conversation=gone))

    await shop.answerer(tries=1).answer(gone)

    lease = await shop.stores.leases.take(gone, Work.DELIVER)
    assert lease
    delivery = await shop.stores.outbox.head(lease)
    assert delivery
    assert delivery.reply.text == wording.APOLOGY


async def test_the_history_forgets_what_is_beyond_reading(shop: Shop) -> None:
    await shop.stores.inbox.accept(a_message("\x00长" * 10_000))

    await shop.answerer().answer(A_CONVERSATION)

    lease = await shop.stores.leases.take(A_CONVERSATION, Work.DELIVER)
    assert lease
    await shop.stores.inbox.accept(a_message(id="m2"))
    answering = await lease_on_answering(shop.stores)
    claim = await shop.stores.inbox.claim(answering, limit=1, lines=10)
    assert 0 < len(claim.history[0].text) <= HISTORY_CHARS
    assert "\x00" not in claim.history[0].text


async def test_a_row_of_messages_that_is_too_long_is_answered_in_turns(shop: Shop) -> None:
    for number in range(3):
        await shop.stores.inbox.accept(a_message("长" * 600, id=f"m{number}"))
    answerer = shop.answerer()

    for _ in range(3):
        await answerer.answer(A_CONVERSATION)

    assert [delivery.reply.answers for delivery in await outbox(shop)] == [("m0",), ("m1",), ("m2",)]


async def test_messages_that_each_show_as_open_each_get_a_reply(shop: Shop) -> None:
    for number in range(2):
        await shop.stores.inbox.accept(a_message(id=f"m{number}", address=Address({}, own=True)))
    answerer = shop.answerer()

    for _ in range(2):
        await answerer.answer(A_CONVERSATION)

    assert [delivery.reply.answers for delivery in await outbox(shop)] == [("m0",), ("m1",)]


async def test_two_people_in_a_group_are_answered_one_by_one(shop: Shop) -> None:
    for number, sender in enumerate(("甲", "甲", "乙")):
        await shop.stores.inbox.accept(a_message(id=f"m{number}", sender=sender))
    answerer = shop.answerer()

    for _ in range(2):
        await answerer.answer(A_CONVERSATION)

    assert [delivery.reply.answers for delivery in await outbox(shop)] == [("m0", "m1"), ("m2",)]
