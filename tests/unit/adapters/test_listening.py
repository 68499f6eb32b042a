"""Doors that fetch their messages themselves are kept at it, and let go in order."""

from __future__ import annotations

import asyncio

import pytest
from structlog.testing import capture_logs

from adapters.dingtalk import DingTalkChannel
from adapters.dingtalk.stream import DingTalkStreamChannel
from adapters.listening import listening
from adapters.outbound import Outbound
from bot.channel import Heard, Listener, Take
from tests.fakes import FreeRates
from tests.simulators.dingtalk_stream import DingTalkStreamSimulator
from tests.unit.adapters.conftest import MemoryMarks, MemoryTokens, dingtalk_settings, stream_settings


class Faulty(DingTalkStreamChannel):
    """Its first two tries to listen end before their time."""

    tries = 0
    drained = False

    async def listen(self, take: Take, stop: asyncio.Event) -> None:
        self.tries += 1
        if self.tries == 1:
            raise ZeroDivisionError
        if self.tries == 2:
            return
        await stop.wait()
        await asyncio.sleep(0.05)
        self.drained = True


@pytest.fixture
def channel(outbound: Outbound) -> Faulty:
    settings = stream_settings("http://127.0.0.1:1")
    return Faulty(
        settings,
        tokens=MemoryTokens(),
        marks=MemoryMarks(),
        rates=FreeRates(),
        outbound=outbound,
        clock=lambda: 0.0,
    )


async def nothing(_: Heard) -> None:
    return None


async def test_an_unexpected_end_is_told_and_another_beginning_made(
    channel: Faulty, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.listening.AGAIN_S", 0.01)
    with capture_logs() as logs:
        async with listening({"shop-stream": channel}, nothing):
            while channel.tries < 3:
                await asyncio.sleep(0.01)

    assert [line["event"] for line in logs] == ["listener_failed", "listener_ended"]
    assert channel.drained


async def test_a_listener_that_waits_to_begin_again_can_be_stopped(channel: Faulty) -> None:
    async with asyncio.timeout(2), listening({"shop-stream": channel}, nothing):
        while channel.tries < 1:
            await asyncio.sleep(0.01)


async def test_a_listener_that_does_not_stop_is_not_waited_for_for_ever(
    channel: Faulty, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.listening._STOP_S", 0.05)
    ended = asyncio.Event()

    async def deaf(take: Take, stop: asyncio.Event) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    monkeypatch.setattr(channel, "listen", deaf)
    async with asyncio.timeout(2), listening({"shop-stream": channel}, nothing):
        await asyncio.sleep(0.01)

    assert ended.is_set()


async def test_only_doors_that_fetch_their_messages_listen(
    gateway: DingTalkStreamSimulator, outbound: Outbound
) -> None:
    tokens = MemoryTokens()
    called = DingTalkChannel(
        dingtalk_settings(gateway.base_url),
        tokens=tokens,
        marks=MemoryMarks(),
        rates=FreeRates(),
        outbound=outbound,
        clock=gateway.now,
    )
    fetches = DingTalkStreamChannel(
        stream_settings(gateway.base_url),
        tokens=tokens,
        marks=MemoryMarks(),
        rates=FreeRates(),
        outbound=outbound,
        clock=gateway.now,
    )
    taken: list[Heard] = []

    async def take(message: Heard) -> None:
        taken.append(message)

    async with listening({"a": called, "b": fetches}, take):
        await gateway.wait_for_sockets(1)
        assert (await gateway.say(user="u1", text="在吗")).accepted

    assert len(taken) == 1
    assert isinstance(fetches, Listener)
    assert not isinstance(called, Listener)
    assert gateway.open_sockets == []
