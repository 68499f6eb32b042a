"""Between us and a platform: turns, and leaving it alone while it does not work."""

from __future__ import annotations

import asyncio

import pytest

from adapters.outbound import Unclear, Unsent
from bot.breaker import FAILURES, FIRST_S, Breaker
from bot.channel import Part
from bot.errors import Held, Refused, Throttled, Unavailable
from bot.model.server import Health
from bot.store.rates import RedisRates
from bot.store.redis import Client
from bot.types import Address, Conversation, Rate
from tests.builders import A_CONVERSATION, a_conversation
from tests.conftest import SettableClock
from tests.fakes import FreeRates, RecordingChannel
from workers.outlets import Outlet, Outlets
from workers.parts import Parts


class PacedChannel(RecordingChannel):
    """One whose platform counts."""

    rate = Rate("app", most=2, per_s=60)

    def rate_to(self, conversation: Conversation) -> Rate:
        return Rate(f"to:{conversation}", most=1, per_s=600)


async def send(outlet: Outlet) -> None:
    await outlet.send(Address({}), Part("甲"), key="r-0")


def an_outlet(channel: RecordingChannel, clock: SettableClock) -> Outlet:
    outlet = Outlet(channel, FreeRates(), spread=lambda: 0.5)
    outlet.breaker = Breaker(channel.name, Unsent, Unclear, clock=clock)
    return outlet


async def test_who_comes_beyond_the_rate_is_told_when_and_holds_nothing(fake_redis: Client) -> None:
    outlet = Outlet(PacedChannel(), RedisRates(fake_redis))
    for customer in ("a", "b"):
        await outlet.turn(a_conversation(customer), customer)

    for _ in range(2):  # and told the same each time
        with pytest.raises(Held) as held:
            await outlet.turn(a_conversation("c"), "c")
        assert held.value.retry_after == pytest.approx(59, abs=0.5), "a little before its turn"


async def test_who_sends_the_same_once_more_is_counted_once_more(fake_redis: Client) -> None:
    outlet = Outlet(PacedChannel(), RedisRates(fake_redis))
    await outlet.turn(a_conversation("a"), "r-0:0")

    with pytest.raises(Held):  # its worker died, or it was given up and is tried again by hand
        await outlet.turn(a_conversation("a"), "r-0:0")


async def test_one_customer_s_rate_is_nobody_else_s(fake_redis: Client) -> None:
    outlet = Outlet(PacedChannel(), RedisRates(fake_redis))
    await outlet.turn(a_conversation("a"), "a-0")
    await outlet.turn(a_conversation("b"), "b-0")

    with pytest.raises(Held) as held:
        await outlet.turn(a_conversation("a"), "a-1")

    assert held.value.retry_after == pytest.approx(599, abs=0.5)


async def test_a_turn_that_comes_soon_is_waited_for(fake_redis: Client) -> None:
    class Quick(RecordingChannel):
        rate = Rate("quick", most=1, per_s=0.1)

        def rate_to(self, conversation: Conversation) -> None:
            return None

    rates = RedisRates(fake_redis)
    outlet = Outlet(Quick(), rates)
    began = asyncio.get_running_loop().time()
    for caller in ("a", "b", "c"):
        await outlet.turn(A_CONVERSATION, caller)

    assert asyncio.get_running_loop().time() - began >= 0.19


async def test_a_platform_that_is_called_too_often_gets_its_rest_from_all() -> None:
    rates = FreeRates()
    outlet = Outlet(PacedChannel(Throttled("called too often", retry_after=60)), rates)

    with pytest.raises(Throttled):
        await send(outlet)

    assert rates.rested == [("app", 60)]


async def test_a_platform_that_does_not_work_is_left_alone_and_then_tried_once(clock: SettableClock) -> None:
    channel = RecordingChannel(*[Unclear("no answer")] * (FAILURES + 1))
    outlet = an_outlet(channel, clock)
    for _ in range(FAILURES):
        with pytest.raises(Unclear):
            await send(outlet)

    for attempt in (outlet.turn(A_CONVERSATION, "r-0"), send(outlet)):
        with pytest.raises(Held) as held:
            await attempt
        assert held.value.retry_after == FIRST_S + 10, "half of the twenty seconds that they are spread over"
    assert len(channel.faults) == 1, "nothing was tried"

    clock.now += FIRST_S
    with pytest.raises(Unclear):
        await send(outlet)  # the one try
    with pytest.raises(Held):
        await send(outlet)

    clock.now += 2 * FIRST_S
    await send(outlet)
    await send(outlet)
    assert channel.sent == ["甲", "甲"]


@pytest.mark.parametrize(
    "answer",
    [
        Refused("there is no such user"),
        Unavailable("too fast for this user", retry_after=2),
        Throttled("called too often", retry_after=60),
    ],
)
async def test_whatever_it_answers_it_works(answer: Refused | Unavailable, clock: SettableClock) -> None:
    unsent = Unsent("no connection")
    channel = RecordingChannel(*[unsent] * (FAILURES - 1), answer, *[unsent] * (FAILURES - 1))
    outlet = an_outlet(channel, clock)

    while channel.faults:
        with pytest.raises((Refused, Unavailable)):
            await send(outlet)

    await send(outlet)
    assert channel.sent == ["甲"]


async def test_whoever_looks_at_the_parts_sees_which_channel_is_left_alone(clock: SettableClock) -> None:
    gone = RecordingChannel(*[Unsent("no connection")] * FAILURES)
    outlets = Outlets({"gone": gone, "well": RecordingChannel()}, FreeRates())
    parts = Parts(None, outlets.breakers)
    assert set(parts.look().values()) == {Health.OK}

    for _ in range(FAILURES):
        with pytest.raises(Unsent):
            await send(outlets["gone"])
    await send(outlets["well"])

    assert parts.look() == {"channels.gone": Health.AWAY, "channels.well": Health.OK}
