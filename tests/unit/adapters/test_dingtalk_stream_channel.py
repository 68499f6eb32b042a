"""The stream door's own verbs; those it shares with the HTTP mode are tested there."""

from __future__ import annotations

import pytest

from adapters.dingtalk.stream import DingTalkStreamChannel
from adapters.outbound import Outbound
from bot.channel import HttpAnswer, RawRequest
from bot.errors import NotFound, Unavailable
from bot.types import Ignored
from tests.fakes import FreeRates
from tests.simulators.dingtalk_stream import OPEN_PATH, DingTalkStreamSimulator
from tests.simulators.platform import Trouble
from tests.unit.adapters.conftest import MemoryMarks, MemoryTokens, stream_settings


@pytest.fixture
def channel(gateway: DingTalkStreamSimulator, outbound: Outbound) -> DingTalkStreamChannel:
    settings = stream_settings(gateway.base_url)
    return DingTalkStreamChannel(
        settings,
        tokens=MemoryTokens(),
        marks=MemoryMarks(),
        rates=FreeRates(),
        outbound=outbound,
        clock=gateway.now,
    )


async def test_it_takes_no_callbacks(channel: DingTalkStreamChannel) -> None:
    callback = RawRequest("POST", "/callbacks/shop-stream", {}, {}, b"{}")
    with pytest.raises(NotFound):
        channel.receive(callback)

    assert await channel.acknowledge(Ignored("nothing"), callback) == HttpAnswer()


async def test_it_is_well_when_it_could_send_and_would_get_a_connection(
    gateway: DingTalkStreamSimulator, channel: DingTalkStreamChannel
) -> None:
    await channel.ping()

    assert [call.status for call in gateway.record.calls] == [200, 200]
    assert gateway.sockets == []


async def test_it_is_not_well_while_the_app_is_in_the_other_mode(
    gateway: DingTalkStreamSimulator, channel: DingTalkStreamChannel
) -> None:
    gateway.trouble(OPEN_PATH, Trouble(400, {"code": "invalidParameter"}))

    with pytest.raises(Unavailable, match="choose Stream mode"):
        await channel.ping()
