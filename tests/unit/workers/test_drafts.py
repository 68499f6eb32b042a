"""Answers shown while they are being made."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable

import pytest
from structlog.testing import capture_logs

from bot.errors import Refused, Unavailable
from bot.ports import Heard, Prompt
from bot.replies import reply_id
from bot.store.keys import Keys
from bot.types import Claim, Lease, Work
from tests.builders import A_CONVERSATION, a_message
from tests.fakes import DraftingChannel, RecordingChannel, ScriptedModel
from tests.taking import lease_on_answering, taken_off
from tests.unit.workers.conftest import Shop
from workers.drafts import Drafts, Show
from workers.keeping import moment

SENTENCES = "七天内可以退货。请在我的订单里申请。审核很快哦。"
ID = reply_id(A_CONVERSATION, ("m1",))


async def committed(shop: Shop) -> list[str]:
    """The texts of the replies; takes them off."""
    return [delivery.reply.text for delivery in await taken_off(shop.stores)]


class Turns:
    """Blocks of `Drafts.of`, on a claim of one message."""

    def __init__(self, shop: Shop, channel: DraftingChannel) -> None:
        self.drafts = Drafts({"door": channel}, shop.keeper)
        self.claim = Claim((a_message(),), (), 0)
        self.lease = Lease(A_CONVERSATION, Work.ANSWER, 1)

    async def show(self, *texts: str, then: Callable[[], bool]) -> None:
        """Show these, and leave the block once `then` holds."""
        async with self.drafts.of(self.lease, self.claim) as show:
            assert show
            for text in texts:
                show(text)
            await until(then)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0.005)


async def test_a_customer_sees_the_answer_grow_and_then_gets_it(shop: Shop) -> None:
    channel = DraftingChannel()
    await shop.stores.inbox.accept(a_message())

    await shop.answerer(model=ScriptedModel(SENTENCES, pause=0.002), channel=channel).answer(A_CONVERSATION)

    texts = [draft.text for draft in channel.drafts]
    assert texts
    assert all(SENTENCES.startswith(text) and text.endswith("。") for text in texts)
    assert all(len(earlier) < len(later) for earlier, later in itertools.pairwise(texts))
    assert {(draft.reply, draft.address.data["to"]) for draft in channel.drafts} == {(ID, "customer-1")}
    assert await committed(shop) == [SENTENCES]


async def test_a_door_that_cannot_show_costs_nothing(shop: Shop) -> None:
    model = ScriptedModel(SENTENCES)
    await shop.stores.inbox.accept(a_message())

    await shop.answerer(model=model, channel=RecordingChannel()).answer(A_CONVERSATION)

    assert model.heard == [False]


async def test_without_a_model_nothing_is_shown(shop: Shop) -> None:
    channel = DraftingChannel()
    await shop.stores.inbox.accept(a_message())

    await shop.answerer(channel=channel).answer(A_CONVERSATION)

    assert channel.drafts == []
    assert await committed(shop) == ["七天内可以退货。"]


async def test_of_what_is_said_meanwhile_only_the_newest_is_shown(shop: Shop) -> None:
    channel = DraftingChannel()
    channel.hold.clear()

    async def say(show: Show) -> None:
        show("一。")
        await until(lambda: channel.under_way == 1)
        for text in ("一。二。", "一。二。三。", "一。二。三。四。"):
            show(text)
        channel.hold.set()
        await until(lambda: len(channel.drafts) == 2)

    turns = Turns(shop, channel)
    async with turns.drafts.of(turns.lease, turns.claim) as show:
        assert show
        await say(show)

    assert [draft.text for draft in channel.drafts] == ["一。", "一。二。三。四。"]


async def test_showings_keep_the_distance_that_the_channel_asks_for(shop: Shop) -> None:
    channel = DraftingChannel(every=0.1)
    turns = Turns(shop, channel)

    async with turns.drafts.of(turns.lease, turns.claim) as show:
        assert show
        for number in itertools.count(1):
            show("好。" * number)
            await asyncio.sleep(0.01)
            if len(channel.drafts) == 4:
                break

    gaps = [later - earlier for earlier, later in itertools.pairwise(channel.shown_at)]
    assert min(gaps) >= 0.099


async def test_a_showing_under_way_arrives_before_the_reply_is_committed(shop: Shop) -> None:
    channel, over = DraftingChannel(), asyncio.Event()
    channel.hold.clear()
    turns = Turns(shop, channel)

    async def turn() -> None:
        await turns.show("一。", then=lambda: channel.under_way == 1)
        assert channel.under_way == 0
        over.set()

    running = asyncio.create_task(turn())
    await until(lambda: channel.under_way == 1)
    await asyncio.sleep(0.1)
    assert not over.is_set()
    channel.hold.set()
    await running


async def test_a_showing_that_hangs_is_dropped(shop: Shop) -> None:
    channel = DraftingChannel()
    channel.hold.clear()
    await shop.stores.inbox.accept(a_message())

    async with asyncio.timeout(4):
        await shop.answerer(model=ScriptedModel(SENTENCES), channel=channel).answer(A_CONVERSATION)

    assert channel.under_way == 0
    assert len(channel.drafts) == 1
    assert await committed(shop) == [SENTENCES]


@pytest.mark.parametrize("fault", [Unavailable("busy"), Refused("no card left"), ZeroDivisionError()])
async def test_a_showing_that_fails_is_the_last_and_costs_no_answer(shop: Shop, fault: Exception) -> None:
    channel = DraftingChannel(fault=fault)
    await shop.stores.inbox.accept(a_message())

    with capture_logs() as logs:
        await shop.answerer(model=ScriptedModel(SENTENCES, pause=0.002), channel=channel).answer(
            A_CONVERSATION
        )

    assert len(channel.drafts) == 1
    assert [log["event"] for log in logs if "draft" in log["event"]] == ["drafts_ended"]
    assert await committed(shop) == [SENTENCES]


async def test_what_was_shown_gives_way_to_another_answer(shop: Shop) -> None:
    """The model breaks off, and the FAQ answers in its place."""

    class BreaksOff(ScriptedModel):
        async def complete(self, prompt: Prompt, *, timeout: float, heard: Heard | None = None) -> str:
            await super().complete(prompt, timeout=timeout, heard=heard)
            await until(lambda: bool(channel.drafts))
            raise Unavailable("broke off")

    channel = DraftingChannel()
    await shop.stores.inbox.accept(a_message())

    await shop.answerer(model=BreaksOff("七天都行。"), channel=channel).answer(A_CONVERSATION)

    assert [draft.text for draft in channel.drafts] == ["七天都行。"]
    assert await committed(shop) == ["七天内可以退货。"]


async def test_nothing_is_shown_by_a_worker_that_lost_its_lease(
    shop_with_lease: Callable[[float], Shop],
) -> None:
    shop, channel = shop_with_lease(1.0), DraftingChannel()

    class Robbed(ScriptedModel):
        async def complete(self, prompt: Prompt, *, timeout: float, heard: Heard | None = None) -> str:
            assert heard
            heard("一。")
            await until(lambda: len(channel.drafts) == 1)
            await shop.stores.client.delete(Keys(A_CONVERSATION).lease(Work.ANSWER))
            try:
                await asyncio.sleep(20)
            finally:
                heard("一。二。")
            return "一。二。"

    await shop.stores.inbox.accept(a_message())

    async with asyncio.timeout(10):
        await shop.answerer(model=Robbed(""), channel=channel).answer(A_CONVERSATION)
    await asyncio.sleep(0.05)

    assert [draft.text for draft in channel.drafts] == ["一。"]
    assert await committed(shop) == []


async def test_nothing_is_shown_by_a_process_that_stood_still(shop: Shop) -> None:
    channel = DraftingChannel()
    await shop.stores.inbox.accept(a_message())
    lease = await lease_on_answering(shop.stores)
    a_minute_ago = moment() - 60  # as its clock shows after a minute of sleep
    async with shop.keeper.holding(lease, since=a_minute_ago):
        turns = Turns(shop, channel)
        async with turns.drafts.of(lease, turns.claim) as show:
            assert show
            with capture_logs() as logs:
                show("一。")
                await until(lambda: bool(logs))

    assert channel.drafts == []
