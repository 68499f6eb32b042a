"""Who comes in, and is welcomed on the spot or not at all."""

from __future__ import annotations

from typing import Any

from adapters.intake import Intake
from bot.channel import Entered, HttpAnswer, Kept, RawRequest, Received, Taken
from bot.errors import Unavailable
from bot.store.keys import Keys
from bot.store.redis import Client
from bot.types import Conversation
from bot.wiring import Stores
from tests.builders import A_CONVERSATION, some_settings
from tests.fakes import RecordingChannel

CAME = RawRequest("POST", "/callbacks/door", {}, {}, b"")


class Porch(RecordingChannel):
    """Where somebody comes in, and is welcomed in the answer or not at all."""

    def receive(self, request: RawRequest) -> Received:
        return Entered(A_CONVERSATION, "e1")

    async def acknowledge(self, received: Taken, request: RawRequest) -> HttpAnswer:
        return HttpAnswer(body="您好！".encode() if isinstance(received, Entered) else b"")


async def nothing(_: Kept) -> None:
    raise AssertionError("nothing is kept")


async def test_nobody_is_welcomed_on_the_spot_while_a_person_has_the_conversation(
    fake_redis: Client,
) -> None:
    intake = Intake(nothing, Stores.over(fake_redis, some_settings()).greetings.in_place)

    welcomed = await intake.take(Porch(), CAME)
    person: Any = fake_redis.hset(Keys(A_CONVERSATION).person, "until", "9999999999999")
    await person
    silent = await intake.take(Porch(), CAME)

    assert welcomed.body.decode() == "您好！"
    assert silent == HttpAnswer()


async def test_nor_while_nobody_can_tell() -> None:
    async def away(_: Conversation) -> bool:
        raise Unavailable("the store is away")

    assert await Intake(nothing, away).take(Porch(), CAME) == HttpAnswer()
