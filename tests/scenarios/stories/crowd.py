"""Days on which more ask than can be answered at once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Final

from bot import wording
from bot.store.keys import beginning, partitions
from bot.types import Outcome
from bot.waiting import end
from tests.fakes import FreeRates
from tests.scenarios.stories.customer import on_the_site
from tests.scenarios.stories.street import Street
from workers.admission import Admission

MANY_ASK: Final = wording.BUSY.partition("，")[0]
_LOOK_S: Final = 0.02
_WITHIN_S: Final = 30.0


async def in_a_crowd_everybody_hears_how_many_are_before_them(street: Street) -> None:
    async with AsyncExitStack() as doors:
        crowd = [await doors.enter_async_context(on_the_site(street, "corner")) for _ in range(3)]
        async with _rush(street, "corner", busy_s=0.05):
            for customer in crowd:
                await customer.writes("怎么退货")
            for customer in crowd:
                await customer.reads(MANY_ASK)
        for customer in crowd:
            await customer.reads("申请退货")


async def who_has_waited_too_long_is_answered_by_the_shops_own_words(street: Street) -> None:
    async with on_the_site(street) as li:
        async with _rush(street, "qinghe", overload_s=0.05):
            await li.writes("怎么退货")
            await _is_to_be_spared(street, "qinghe")
        await li.reads("申请退货", by=Outcome.FAQ)

    assert street.model.asked == []


async def whom_the_shops_own_words_do_not_help_a_person_does(street: Street) -> None:
    async with on_the_site(street) as li:
        async with _rush(street, "qinghe", overload_s=0.05):
            await li.writes("黑洞是怎么形成的")
            await _is_to_be_spared(street, "qinghe")
        await li.reads(wording.HANDED_OFF_AS_BUSY, by=Outcome.HANDED_OFF)


async def where_nobody_else_helps_the_wait_was_not_for_nothing(street: Street) -> None:
    street.model.will_say(street.refusal("corner"))
    async with on_the_site(street, "corner") as li:
        async with _rush(street, "corner", overload_s=0.05):
            await li.writes("黑洞是怎么形成的")
            await _is_to_be_spared(street, "corner")
        await li.reads(street.refusal("corner"), by=Outcome.REFUSED)

    assert len(street.model.asked) == 1


@asynccontextmanager
async def _rush(
    street: Street, shop: str, *, busy_s: float = 0, overload_s: float = 0
) -> AsyncIterator[None]:
    """Nobody's turn begins, and the shop's line is looked at all the time, with so much patience."""
    tenant = street.runtime.settings.tenant(shop)
    limits = tenant.limits.model_copy(update={"busy_s": busy_s, "overload_s": overload_s})
    admission = Admission(
        {shop: tenant.model_copy(update={"limits": limits})},
        street.runtime.channels,
        street.runtime.stores.waits,
        FreeRates(),
        street.runtime.nudges,
        time.time,
        seen_s=5 * _LOOK_S,
    )
    street.turns.clear()
    looking = asyncio.create_task(admission.run(every=_LOOK_S))
    try:
        yield
    finally:
        await end([looking])
        street.turns.set()


async def _is_to_be_spared(street: Street, shop: str) -> None:
    """Returns once the model need not answer the next of its customers."""
    keys = [f"{beginning(line, 'spare')}{shop}" for line in partitions()]
    async with asyncio.timeout(_WITHIN_S):
        while not await street.runtime.stores.client.exists(*keys):
            await asyncio.sleep(_LOOK_S)
