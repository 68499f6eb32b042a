"""DingTalk's own client finds our simulator to be DingTalk: what passes against the one should pass against the other."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.simulators.dingtalk_stream import OPEN_PATH, DingTalkStreamSimulator

ROOT = Path(__file__).parents[3]
STARTED_WITHIN_S = 60.0


@pytest.fixture
async def robot(gateway: DingTalkStreamSimulator) -> AsyncIterator[Process]:
    """The SDK in a process of its own: it blocks its event loop, and can't be stopped in another way."""
    gateway.callback_timeout = 10
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.unit.adapters.sdk_robot"),
        *(gateway.app.client_id, gateway.app.client_secret),
        cwd=ROOT,
        env={**os.environ, "DINGTALK_OPENAPI_ENDPOINT": gateway.base_url, "NO_PROXY": "127.0.0.1"},
        stdout=DEVNULL,
        stderr=DEVNULL,
    )
    try:
        await gateway.wait_for_sockets(1, timeout=STARTED_WITHIN_S)
        yield process
    finally:
        process.kill()
        await process.wait()


async def test_the_sdk_connects_receives_acknowledges_and_replies(
    gateway: DingTalkStreamSimulator, robot: Process
) -> None:
    posting = await gateway.say(user="u1", text="在吗")

    assert gateway.replies_to("u1") == ["听到：在吗"]
    assert len(posting.attempts) == 1
    assert json.loads(posting.answer) == {"response": "OK"}
    (ticket,) = gateway.record.calls_to(OPEN_PATH)
    assert ticket.status == 200


async def test_the_sdk_gives_a_ping_its_opaque_back(gateway: DingTalkStreamSimulator, robot: Process) -> None:
    assert await gateway.ping(gateway.open_sockets[0])


async def test_the_sdk_comes_back_when_it_is_sent_away(
    gateway: DingTalkStreamSimulator, robot: Process
) -> None:
    (old,) = gateway.open_sockets
    await gateway.disconnect(old)

    (new,) = await gateway.wait_for_sockets(1)
    assert new is not old
    assert (await gateway.say(user="u1", text="还在吗", group="cid-group==")).accepted
    assert gateway.replies_to("cid-group==") == ["听到：还在吗"]


@pytest.mark.parametrize("user", ["u1", "cid-group=="])
async def test_the_sdk_streams_a_card(gateway: DingTalkStreamSimulator, robot: Process, user: str) -> None:
    group = user if user.startswith("cid") else ""
    await gateway.say(user="u1", text="卡片", group=group)

    (card,) = gateway.cards.all
    assert card.updates == ["可以", "可以退", "可以退。"]
    assert gateway.replies_to(user) == ["可以退。"]


async def test_the_sdks_ready_made_card_is_made_delivered_streamed_and_finished(
    gateway: DingTalkStreamSimulator, robot: Process
) -> None:
    await gateway.say(user="u1", text="现成的卡片")

    (card,) = gateway.cards.all
    assert card.updates[:2] == ["七天", "七天内。"]
    assert card.params["flowStatus"] == "3"
    assert gateway.replies_to("u1") == ["七天内。"]


async def test_the_sdk_hears_a_button_and_changes_the_card(
    gateway: DingTalkStreamSimulator, robot: Process
) -> None:
    await gateway.say(user="u1", text="卡片")
    (card,) = gateway.cards.all

    await gateway.cards.press(card, user="u1", action="good")

    assert card.private["u1"] == {"thanks": "u1: good"}
