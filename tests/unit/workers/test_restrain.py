"""A customer who asks more than a shop answers."""

from __future__ import annotations

import pytest

from bot import wording
from bot.store import keys as names
from bot.types import Address, Outcome, Said, Speaker
from tests.builders import A_CONVERSATION, AT_ONCE, a_message, a_tenant
from tests.fakes import ScriptedModel
from tests.taking import taken_off
from tests.unit.workers.conftest import Shop

MINUTE, HOUR, TOLD = "minute", "hour", "told"


class Customer:
    """Asks, and is answered or not."""

    def __init__(self, shop: Shop, sender: str = "", *, own: bool = False) -> None:
        self.shop = shop
        self.sender = sender
        self.address = Address({"to": "customer-1"}, own=own)
        self.model = ScriptedModel("好的。")
        self.count = 0

    async def asks(self, text: str = "") -> tuple[str, Outcome | None] | None:
        """What they hear; None: nothing."""
        self.count += 1
        text = text or f"问题{self.count}"
        message = a_message(text, id=f"{self.sender}{self.count}", sender=self.sender, address=self.address)
        await self.shop.stores.inbox.accept(message)
        await self.shop.answerer(model=self.model).answer(A_CONVERSATION)
        delivered = await taken_off(self.shop.stores)
        return (delivered[0].reply.text, delivered[0].reply.outcome) if delivered else None

    async def hears(self, times: int) -> list[Outcome | None]:
        """Of so many questions."""
        return [heard and heard[1] for heard in [await self.asks() for _ in range(times)]]

    async def time_passes(self, what: str) -> None:
        """What was counted is over."""
        (gone, *_) = names.rate(f"{what}:{A_CONVERSATION}:{self.sender}")
        assert await self.shop.stores.client.delete(gone)


@pytest.fixture
def customer(shop: Shop) -> Customer:
    shop.tenant = a_tenant(limits={**AT_ONCE, "turns_per_minute": 2, "turns_per_hour": 5})
    return Customer(shop)


FIRST_AND_TWO_MORE = [Outcome.ANSWERED] * 3


async def test_who_asks_too_often_is_told_once_and_then_nothing(customer: Customer) -> None:
    assert await customer.hears(3) == FIRST_AND_TWO_MORE, "the first question in a while is not counted"

    assert await customer.asks() == (wording.TOO_OFTEN, Outcome.LIMITED)
    assert await customer.hears(5) == [None] * 5
    assert len(customer.model.prompts) == 3, "and the model has nothing to do with it"


async def test_nothing_of_what_they_said_is_lost(customer: Customer, shop: Shop) -> None:
    await customer.hears(5)

    history = await shop.stores.people.history(A_CONVERSATION)

    assert [line.text for line in history if line.by is Speaker.CUSTOMER] == [f"问题{n}" for n in range(1, 6)]
    assert history[-1] == Said(Speaker.CUSTOMER, "问题5", shop.clock())


async def test_a_minute_later_they_are_answered_again_and_not_told_again(customer: Customer) -> None:
    await customer.hears(5)
    await customer.time_passes(MINUTE)

    assert await customer.hears(3) == [Outcome.ANSWERED, Outcome.ANSWERED, None], "it is one spell"
    await customer.time_passes(TOLD)
    assert await customer.asks() == (wording.TOO_OFTEN, Outcome.LIMITED)


async def test_who_goes_on_for_an_hour_has_a_limit_for_that_too(customer: Customer) -> None:
    for _ in range(2):
        await customer.hears(3)
        await customer.time_passes(MINUTE)

    assert await customer.hears(2) == [Outcome.ANSWERED, None]
    for what in (MINUTE, HOUR):
        await customer.time_passes(what)
    assert await customer.hears(1) == [Outcome.ANSWERED]


async def test_who_was_quiet_for_a_minute_counts_for_nothing(customer: Customer, shop: Shop) -> None:
    for _ in range(10):
        assert await customer.hears(1) == [Outcome.ANSWERED]
        shop.clock.now += 60


async def test_it_counts_when_we_got_round_to_it_and_not_when_they_wrote(
    customer: Customer, shop: Shop
) -> None:
    shop.clock.now += 600  # a backlog, or a platform whose clock is slow

    assert (await customer.hears(6))[3:] == [Outcome.LIMITED, None, None]


async def test_a_shop_may_have_no_limits(customer: Customer, shop: Shop) -> None:
    shop.tenant = a_tenant(limits={**AT_ONCE, "turns_per_minute": 0, "turns_per_hour": 0})

    assert await customer.hears(10) == [Outcome.ANSWERED] * 10


async def test_nobody_is_kept_from_a_person(customer: Customer, shop: Shop) -> None:
    await customer.hears(6)
    shop.tenant = a_tenant(limits=shop.tenant.limits, people={})

    assert await customer.asks("转人工") == (wording.HANDED_OFF, Outcome.HANDED_OFF)


async def test_where_each_message_shows_as_open_each_gets_the_line(customer: Customer, shop: Shop) -> None:
    customer = Customer(shop, own=True)
    await customer.hears(3)

    assert await customer.hears(3) == [Outcome.LIMITED] * 3
    assert len(customer.model.prompts) == 3


async def test_in_a_group_each_has_their_own_limits(customer: Customer, shop: Shop) -> None:
    await Customer(shop, "甲").hears(5)

    assert await Customer(shop, "乙").hears(2) == [Outcome.ANSWERED] * 2


async def test_a_turn_that_is_tried_again_is_no_turn_more(customer: Customer, shop: Shop) -> None:
    await customer.hears(4)
    await customer.time_passes(MINUTE)
    await shop.stores.client.set(names.Keys(A_CONVERSATION).attempts, 1)
    await customer.asks()

    assert await customer.hears(3) == [Outcome.ANSWERED, Outcome.ANSWERED, None]


async def test_the_same_sent_again_and_again_is_thought_about_twice(customer: Customer, shop: Shop) -> None:
    shop.tenant = a_tenant()
    customer.model.lines = ["七天内。", "七天内都可以退哦。", "不会说的"]

    heard = [await customer.asks("怎么退货") for _ in range(6)]

    assert heard == [
        ("七天内。", Outcome.ANSWERED),
        *[("七天内都可以退哦。", outcome) for outcome in (Outcome.ANSWERED, *[Outcome.CACHED] * 4)],
    ]
    assert len(customer.model.prompts) == 2
