"""What a ticket is good for."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import nullcontext

from bot.store.inbox import RedisInbox
from bot.store.keys import partition
from bot.store.pace import STRIDE, Pace
from bot.types import Conversation, Passage, Taken, Work
from tests.builders import A_CONVERSATION, a_conversation, a_message, a_passage
from tests.fakes import FixedRetriever
from tests.taking import neighbours, taken_off
from tests.unit.workers.conftest import Shop
from workers.rounds import Rounds


async def write(shop: Shop, *customers: Conversation) -> None:
    for customer in customers:
        await shop.stores.inbox.accept(a_message(conversation=customer))


async def answered(shop: Shop, *customers: Conversation) -> list[Conversation]:
    """Those who have a reply, by the order of the fences that their turns had."""
    return [customer for customer in customers if await taken_off(shop.stores, customer)]


class Watched(FixedRetriever):
    """Notes who is searched for."""

    def __init__(self, stop_after: int = 1000) -> None:
        super().__init__(a_passage())
        self.turns: list[str] = []
        self.reached = asyncio.Event()
        self.stop_after = stop_after

    async def search(self, tenant: str, text: str, *, channel: str | None, limit: int) -> list[Passage]:
        self.turns.append(text)
        if len(self.turns) == self.stop_after:
            self.reached.set()
            await asyncio.sleep(0.05)
        return await super().search(tenant, text, channel=channel, limit=limit)


async def test_one_ticket_is_good_for_all_who_are_ready(shop: Shop) -> None:
    customers = neighbours(6)
    await write(shop, *customers)

    await shop.answerer().answer(customers[3])

    assert await answered(shop, *customers) == customers
    assert shop.nudges.of(Work.ANSWER) == [customers[0]], "one more worker is called, as others were ready"


async def test_a_ticket_for_one_alone_calls_nobody(shop: Shop) -> None:
    await write(shop, A_CONVERSATION)

    await shop.answerer().answer(A_CONVERSATION)

    assert await answered(shop, A_CONVERSATION) == [A_CONVERSATION]
    assert shop.nudges.of(Work.ANSWER) == []


async def test_a_worker_that_is_busy_goes_from_line_to_line(shop: Shop) -> None:
    ours = neighbours(4)
    elsewhere = [a_conversation(f"customer-{n}") for n in range(60)]
    theirs = [one for one in elsewhere if partition(one) == (partition(A_CONVERSATION) + 1) % 16][:4]
    for customer in (*ours, *theirs):
        text = "ours" if customer in ours else "theirs"
        await shop.stores.inbox.accept(a_message(text, conversation=customer))
    watched = Watched()

    await shop.answerer(watched).answer(A_CONVERSATION)

    assert watched.turns[:4] == ["ours", "theirs", "ours", "ours"], (
        "one look ahead a turn, then on from there"
    )
    assert Counter(watched.turns)["ours"] == 4


async def test_a_worker_that_is_told_to_stop_leaves_the_rest_to_others(shop: Shop) -> None:
    customers = neighbours(5)
    await write(shop, *customers)
    watched = Watched(stop_after=2)
    rounds = shop.answerer(watched)
    going = asyncio.create_task(rounds.answer(A_CONVERSATION))

    await watched.reached.wait()
    rounds.close()
    await going

    assert len(watched.turns) == 2
    assert shop.nudges.of(Work.ANSWER)[-1] == A_CONVERSATION, "somebody else is to go on"
    assert (await shop.stores.schedule.waiting())[Work.ANSWER] == 3


async def test_tenants_get_turns_by_their_weights_from_several_workers_at_once(shop: Shop) -> None:
    weights = {"one": 1.0, "two": 2.0, "half": 0.5, "also-one": 1.0, "four": 4.0}
    paces = {name: Pace(stride=round(STRIDE / weight)) for name, weight in weights.items()}
    inbox = RedisInbox(shop.stores.client, paces, life=15)
    for name in weights:
        for customer in neighbours(300 if name == "one" else 60, name):  # a flood, and it was here first
            await inbox.accept(a_message(conversation=customer))
    turns: list[str] = []

    class Counting:
        async def answer(self, taken: Taken, *, since: float) -> bool:
            turns.append(taken.lease.conversation.tenant)
            if len(turns) >= 85:
                rounds.close()
            await asyncio.sleep(0)
            return False

    rounds = Rounds(shop.stores.line, Counting(), shop.nudges, nullcontext(), lines=0)
    await asyncio.gather(*(rounds.answer(A_CONVERSATION) for _ in range(4)))

    for name, weight in weights.items():
        share = len(turns) * weight / sum(weights.values())
        assert abs(turns.count(name) - share) <= max(1, share * 0.1), name
