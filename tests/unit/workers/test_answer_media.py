"""A turn with a voice message or a picture: tried again while that is cheap, and remembered in words."""

from __future__ import annotations

import asyncio

from bot import wording
from bot.errors import Unavailable
from bot.pipeline import Perceive
from bot.types import Outcome
from tests.builders import A_CONVERSATION, a_message
from tests.fakes import ScriptedModel
from tests.unit.bot.test_perceive import Reader, Typist, sent
from tests.unit.workers.conftest import Shop
from tests.unit.workers.test_answer import outbox


def perceive(shop: Shop, reader: Reader) -> Perceive:
    return Perceive(reader, Typist("七天内能退吗"), sees=True, tries=3, clock=shop.clock)


async def test_what_was_spoken_is_remembered_in_words(shop: Shop) -> None:
    model = ScriptedModel("能退。", "不客气。")
    answerer = shop.answerer(model=model, perceive=perceive(shop, Reader()))

    await shop.stores.inbox.accept(sent("voice"))
    await answerer.answer(A_CONVERSATION)
    await shop.stores.inbox.accept(sent("image", id="m2"))
    await answerer.answer(A_CONVERSATION)
    await shop.stores.inbox.accept(a_message("那运费谁出", id="m3"))
    await answerer.answer(A_CONVERSATION)

    history = [line.text for line in model.prompts[2].history]
    assert history == ["七天内能退吗", "能退。", "（图片）", "不客气。"]


async def test_a_platform_that_is_away_costs_one_retry_and_no_apology(shop: Shop) -> None:
    reader = Reader(*[Unavailable("away")] * 9)
    answerer = shop.answerer(perceive=perceive(shop, reader))
    await shop.stores.inbox.accept(sent("voice"))

    await answerer.answer(A_CONVERSATION)
    assert await outbox(shop) == [], "put back, for a second or so"
    async with asyncio.timeout(10):
        while not (deliveries := await outbox(shop)):
            await asyncio.sleep(0.05)
            await answerer.answer(A_CONVERSATION)

    (delivery,) = deliveries
    assert delivery.reply.text == wording.NOT_OPENED.format(kind="语音")
    assert delivery.reply.outcome is Outcome.CLARIFIED
    assert len(reader.asked) == 2
