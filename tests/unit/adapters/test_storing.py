"""What becomes of the things that come through a door and are no questions."""

from __future__ import annotations

from collections.abc import AsyncIterator

import fakeredis
import pytest

from adapters.storing import Storing
from bot.channel import Greet
from bot.types import Opinion, Work
from bot.wiring import Stores
from tests.builders import A_CONVERSATION, a_message, a_reply, some_settings
from tests.fakes import RecordedNudges


@pytest.fixture
async def stores() -> AsyncIterator[Stores]:
    client = fakeredis.FakeAsyncRedis(version=(7,))
    yield Stores.over(client, some_settings())
    await client.aclose()


@pytest.fixture
def nudges() -> RecordedNudges:
    return RecordedNudges()


@pytest.fixture
def storing(stores: Stores, nudges: RecordedNudges) -> Storing:
    return Storing(stores.inbox, stores.greetings, stores.opinions, stores.pulls, nudges)


async def test_who_comes_in_twice_is_welcomed_once(
    storing: Storing, stores: Stores, nudges: RecordedNudges
) -> None:
    for id_ in ("w1", "w2"):
        await storing.keep(Greet(a_reply("您好！", id=id_, outcome=None, answers=())))
    assert nudges.of(Work.DELIVER) == [A_CONVERSATION]
    assert (await stores.schedule.waiting())[Work.DELIVER] == 1


async def test_an_opinion_is_kept_and_wakes_nobody(
    storing: Storing, stores: Stores, nudges: RecordedNudges
) -> None:
    await storing.keep(Opinion(A_CONVERSATION, "r1", good=True, at=1.0))
    assert nudges.nudged == []
    assert sum((await stores.schedule.waiting()).values()) == 0


async def test_what_a_listener_brings_is_kept_by_its_kind(
    storing: Storing, stores: Stores, nudges: RecordedNudges
) -> None:
    await storing.keep(a_message("在吗"))
    await storing.keep(Opinion(A_CONVERSATION, "r1", good=False, at=1.0))
    assert nudges.of(Work.ANSWER) == [A_CONVERSATION]
    assert (await stores.schedule.waiting())[Work.ANSWER] == 1
