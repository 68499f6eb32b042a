"""A lease is kept while its work goes on, and whoever lost theirs is stopped."""

from __future__ import annotations

import asyncio

import pytest

from bot.errors import LeaseLost, Unavailable
from bot.types import Conversation, Lease, Work
from tests.builders import A_CONVERSATION
from tests.fakes import RecordedNudges
from workers.keeping import Keeper, moment

LEASE = Lease(A_CONVERSATION, Work.ANSWER, 7)
LIFE_S = 0.6


class Leases:
    """Renews as it is told to: with an error, or well once nothing is left to say."""

    def __init__(self, *errors: Exception) -> None:
        self.left = list(errors)
        self.renewed = asyncio.Event()
        self.released: list[Lease] = []

    async def take(self, conversation: Conversation, work: Work) -> Lease | None:
        return LEASE

    async def renew(self, lease: Lease) -> None:
        if self.left:
            raise self.left.pop(0)
        self.renewed.set()

    async def release(self, lease: Lease) -> bool:
        self.released.append(lease)
        return False


def keeper(leases: Leases) -> Keeper:
    return Keeper(leases, RecordedNudges(), life=LIFE_S, longest=60)


@pytest.mark.parametrize("error", [Unavailable("the store is away"), ValueError("a bug")])
async def test_a_renewal_that_fails_is_tried_again_while_there_is_time(error: Exception) -> None:
    leases = Leases(error)

    async with asyncio.timeout(10), keeper(leases).holding(LEASE, since=moment()):
        await leases.renewed.wait()

    assert leases.released == [LEASE]


@pytest.mark.parametrize("error", [LeaseLost("another worker has it"), ValueError("a bug")])
async def test_who_can_not_renew_is_stopped(error: Exception) -> None:
    leases = Leases(*[error] * 1000)

    with pytest.raises(LeaseLost):
        async with asyncio.timeout(10), keeper(leases).holding(LEASE, since=moment()):
            await asyncio.Event().wait()


async def test_an_ending_that_did_not_work_out_ended_nothing() -> None:
    """The work may go on to another end; it is stopped like any other when its lease is lost."""
    leases = Leases(LeaseLost("another worker has it"))
    keeping = keeper(leases)

    async def ending() -> None:
        raise Unavailable("the store is away")

    async def work() -> None:
        async with asyncio.timeout(10), keeping.holding(LEASE, since=moment()):
            with pytest.raises(Unavailable):
                await keeping.last(LEASE, ending())
            assert keeping.holds(LEASE)
            await asyncio.Event().wait()

    with pytest.raises(LeaseLost):
        await work()


async def test_what_ended_the_lease_is_not_given_back_once_more() -> None:
    leases = Leases()
    keeping = keeper(leases)

    async def ending() -> str:
        return "committed"

    async with keeping.holding(LEASE, since=moment()):
        assert await keeping.last(LEASE, ending()) == "committed"
        assert not keeping.holds(LEASE)

    assert leases.released == []
