"""What becomes of the things that come through a door and are no questions."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import fakeredis
import pytest

from adapters.intake import Intake
from bot.channel import Entered, Greet, HttpAnswer, RawRequest, Received, Taken
from bot.store.keys import Keys
from bot.types import Opinion, Work
from bot.wiring import Stores
from tests.builders import A_CONVERSATION, a_message, a_reply, some_settings
from tests.fakes import RecordedNudges, RecordingChannel


@pytest.fixture
async def stores() -> AsyncIterator[Stores]:
    client = fakeredis.FakeAsyncRedis(version=(7,))
    yield Stores.over(client, some_settings())
    await client.aclose()


@pytest.fixture
def nudges() -> RecordedNudges:
    return RecordedNudges()


@pytest.fixture
def intake(stores: Stores, nudges: RecordedNudges) -> Intake:
    return Intake(stores.inbox, stores.greetings, stores.opinions, stores.pulls, nudges)


async def test_who_comes_in_twice_is_welcomed_once(
    intake: Intake, stores: Stores, nudges: RecordedNudges
) -> None:
    for id_ in ("w1", "w2"):
        await intake.greet(Greet(a_reply("您好！", id=id_, outcome=None, answers=())))
    assert nudges.of(Work.DELIVER) == [A_CONVERSATION]
    assert (await stores.schedule.waiting())[Work.DELIVER] == 1


class Porch(RecordingChannel):
    """Where somebody comes in, and is welcomed in the answer or not at all."""

    def receive(self, request: RawRequest) -> Received:
        return Entered(A_CONVERSATION, "e1")

    async def acknowledge(self, received: Taken, request: RawRequest) -> HttpAnswer:
        return HttpAnswer(body="您好！".encode() if isinstance(received, Entered) else b"")


async def test_nobody_is_welcomed_on_the_spot_while_a_person_has_the_conversation(
    intake: Intake, stores: Stores
) -> None:
    came = RawRequest("POST", "/callbacks/door", {}, {}, b"")

    welcomed = await intake.take(Porch(), came)
    person: Any = stores.client.hset(Keys(A_CONVERSATION).person, "until", "9999999999999")
    await person
    silent = await intake.take(Porch(), came)

    assert welcomed.body.decode() == "您好！"
    assert silent == HttpAnswer()


async def test_an_opinion_is_kept_and_wakes_nobody(
    intake: Intake, stores: Stores, nudges: RecordedNudges
) -> None:
    await intake.note(Opinion(A_CONVERSATION, "r1", good=True, at=1.0))
    assert nudges.nudged == []
    assert sum((await stores.schedule.waiting()).values()) == 0


async def test_what_a_listener_brings_is_kept_by_its_kind(
    intake: Intake, stores: Stores, nudges: RecordedNudges
) -> None:
    await intake.hear(a_message("在吗"))
    await intake.hear(Opinion(A_CONVERSATION, "r1", good=False, at=1.0))
    assert nudges.of(Work.ANSWER) == [A_CONVERSATION]
    assert (await stores.schedule.waiting())[Work.ANSWER] == 1
