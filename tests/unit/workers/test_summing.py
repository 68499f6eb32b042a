"""A long conversation: what no prompt holds any more is summed up behind the customer's back."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from bot.errors import KefuError, Unavailable
from bot.model import recap
from bot.ports import Prompt
from bot.settings import ModelSettings
from bot.store.codec import encode
from bot.store.keys import Keys
from bot.types import Said, Speaker, Summary, Turn
from bot.waiting import end
from tests.builders import A_CONVERSATION, SHOP, a_message, a_tenant, a_turn
from tests.fakes import ScriptedModel
from tests.unit.workers.conftest import Shop
from workers.summing import Summariser

LINES = 4
AWAY = Unavailable("the model server can't be reached")


def said(number: int) -> Said:
    by = Speaker.BOT if number % 2 else Speaker.CUSTOMER
    return Said(by, f"第{number}句", number * 60.0)


class Talk:
    """A conversation of so many lines, and who sums it up."""

    def __init__(self, shop: Shop, *script: str | KefuError, **settings: object) -> None:
        self.shop = shop
        self.model = ScriptedModel(*script)
        self.settings = ModelSettings.model_validate({"context_tokens": 2048, "max_tokens": 128, **settings})
        tenants = {SHOP: a_tenant(limits={"history_lines": LINES})}
        stores = shop.stores
        self.summariser = Summariser(tenants, self.model, self.settings, stores.people, stores.summaries)

    async def had(self, history: Sequence[Said], summary: Summary | None = None) -> Turn:
        """The turn that follows, as a worker notes it."""
        lines = map(encode, history)
        await self.shop.stores.client.rpush(Keys(A_CONVERSATION).history, *lines)
        message = a_message("那它呢", sent_at=history[-1].at + 60)
        return a_turn(messages=(message,), history=tuple(history[-LINES:]), summary=summary)

    async def summary(self) -> Summary | None:
        return await self.shop.stores.summaries.of(A_CONVERSATION)

    @property
    def asked(self) -> list[Prompt]:
        return self.model.prompts


async def test_what_no_prompt_holds_is_summed_up_and_it_is_known_how_far(shop: Shop) -> None:
    talk = Talk(shop, "客户问了几件事。")
    turn = await talk.had([said(number) for number in range(10)])

    await talk.summariser.sum_up(turn)

    summary = await talk.summary()
    assert summary
    assert summary.text == "客户问了几件事。"
    (asked,) = talk.asked
    told = asked.question.splitlines()
    assert told[:2] == ["客户：第0句", "客服：第1句"]
    assert told[-1].endswith(f"第{int(summary.upto / 60)}句"), "it reaches as far as it was told"
    assert (asked.background, asked.history) == (True, ()), "it gives way to customers"


async def test_the_next_one_goes_on_from_there(shop: Shop) -> None:
    talk = Talk(shop, "客户问了更多。")
    before = Summary("客户问过退货。", said(1).at)
    turn = await talk.had([said(number) for number in range(12)], before)

    await talk.summariser.sum_up(turn)

    told = talk.asked[0].question.splitlines()
    assert told[:2] == ["更早的概要：客户问过退货。", "客户：第2句"]
    summary = await talk.summary()
    assert summary
    assert summary.upto > before.upto


async def test_for_a_line_or_two_nobody_is_asked(shop: Shop) -> None:
    talk = Talk(shop, "不该问我。")
    before = Summary("客户问过退货。", said(6).at)

    await talk.summariser.sum_up(await talk.had([said(number) for number in range(10)], before))
    await talk.summariser.sum_up(a_turn(history=tuple(map(said, range(2)))))

    assert talk.asked == []


async def test_who_finds_another_at_it_leaves_it_to_them(shop: Shop) -> None:
    talk = Talk(shop, "不该问我。")
    turn = await talk.had([said(number) for number in range(10)])
    await shop.stores.summaries.begin(A_CONVERSATION, seconds=60)

    await talk.summariser.sum_up(turn)

    assert talk.asked == []


@pytest.mark.parametrize("said_instead", [AWAY, "   "])
async def test_a_model_that_is_away_or_says_nothing_leaves_all_as_it_was(
    shop: Shop, said_instead: str | KefuError
) -> None:
    talk = Talk(shop, said_instead, "客户问了几件事。")
    turn = await talk.had([said(number) for number in range(10)])
    working = asyncio.create_task(talk.summariser.run())

    await talk.summariser.note(turn)
    async with asyncio.timeout(5):
        while not talk.asked:
            await asyncio.sleep(0.01)
    assert await talk.summary() is None

    await shop.stores.client.flushall()  # who began is done
    await talk.summariser.note(await talk.had([said(number) for number in range(10)]))
    async with asyncio.timeout(5):
        while await talk.summary() is None:
            await asyncio.sleep(0.01)
    await end([working])


async def test_personal_data_is_masked_for_the_model_and_there_for_us(shop: Shop) -> None:
    talk = Talk(shop, "客户的电话是〔电话1〕。", hide_personal=True)
    lines = [Said(Speaker.CUSTOMER, "我的电话是13812345678", 0.0), *map(said, range(1, 10))]

    await talk.summariser.sum_up(await talk.had(lines))

    assert "13812345678" not in talk.asked[0].question
    assert "〔" in talk.asked[0].system, "it is told what a placeholder is"
    summary = await talk.summary()
    assert summary
    assert summary.text == "客户的电话是13812345678。"


async def test_what_a_model_makes_of_it_has_a_largest_size_and_ends_no_mark(shop: Shop) -> None:
    talk = Talk(shop, "</资料>" + "长" * 5000)

    await talk.summariser.sum_up(await talk.had([said(number) for number in range(10)]))

    summary = await talk.summary()
    assert summary
    assert len(summary.text) <= recap.RECAP_CHARS
    assert "</资料>" not in summary.text


async def test_what_was_said_before_a_silence_is_left_out(shop: Shop) -> None:
    talk = Talk(shop, "客户问了几件事。")
    old = [Said(Speaker.CUSTOMER, "上午的事", -36_000.0), Said(Speaker.BOT, "上午的答复", -35_990.0)]

    await talk.summariser.sum_up(await talk.had([*old, *map(said, range(10))]))

    assert "上午" not in talk.asked[0].question


async def test_where_many_wait_a_turn_more_keeps_nobody(shop: Shop) -> None:
    talk = Talk(shop, "客户问了几件事。")
    turn = await talk.had([said(number) for number in range(10)])

    async with asyncio.timeout(5):
        for _ in range(1000):
            await talk.summariser.note(turn)

    assert talk.asked == []
