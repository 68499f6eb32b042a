"""One question of an operator's, asked as a customer would."""

from __future__ import annotations

import time

import pytest

from bot.pipeline import Pipeline
from bot.tools.caller import Callers
from bot.types import Answer, Outcome, Turn, changed
from tests.builders import SHOP, some_settings
from workers.ask import ask

DINGTALK = {
    "name": "ding",
    "kind": "dingtalk",
    "tenant": SHOP,
    "client_id": "i",
    "client_secret": "s",
    "robot_code": "r",
}


class Seeing:
    name = "seeing"

    def __init__(self) -> None:
        self.turns: list[Turn] = []

    async def __call__(self, turn: Turn) -> Turn:
        self.turns.append(turn)
        return changed(turn, answer=Answer("好", Outcome.FAQ, ()))


@pytest.mark.parametrize(("channel", "asked_at"), [("ding", "ding"), ("", "ask")])
async def test_a_platform_vouches_for_nobody_who_asks_here(channel: str, asked_at: str) -> None:
    settings, seeing = some_settings(channels=[DINGTALK]), Seeing()

    await ask(Pipeline([seeing], time.time), settings, SHOP, "我的订单到哪了", channel=channel)

    (turn,) = seeing.turns
    assert turn.conversation.channel == asked_at
    assert Callers(settings.channels).of(turn).id == ""
