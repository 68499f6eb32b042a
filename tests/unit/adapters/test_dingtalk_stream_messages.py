"""What becomes of each frame, on a connection that stays."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable

import pytest
from prometheus_client import REGISTRY

from adapters.dingtalk.stream import DingTalkStreamChannel
from adapters.outbound import Outbound
from bot.errors import TooMany, Unavailable
from tests.fakes import FreeRates
from tests.simulators.dingtalk_stream import DingTalkStreamSimulator
from tests.simulators.stream_socket import Socket
from tests.unit.adapters.conftest import MemoryMarks, MemoryTokens, answer, stream_settings
from tests.unit.adapters.ear import Ear, listening_to


@pytest.fixture
def channel(
    gateway: DingTalkStreamSimulator, tokens: MemoryTokens, outbound: Outbound
) -> DingTalkStreamChannel:
    settings = stream_settings(gateway.base_url)
    return DingTalkStreamChannel(
        settings, tokens=tokens, marks=MemoryMarks(), rates=FreeRates(), outbound=outbound, clock=gateway.now
    )


@pytest.fixture
async def ear(channel: DingTalkStreamChannel, gateway: DingTalkStreamSimulator) -> AsyncIterator[Ear]:
    async with listening_to(channel) as ear:
        await gateway.wait_for_sockets(1)
        yield ear


@pytest.fixture
def socket(gateway: DingTalkStreamSimulator, ear: Ear) -> Socket:
    (socket,) = gateway.open_sockets
    return socket


async def test_a_message_is_taken_acknowledged_and_answered(
    gateway: DingTalkStreamSimulator, channel: DingTalkStreamChannel, ear: Ear
) -> None:
    posting = await gateway.say(user="u1", text="我昨天买的裙子能退吗？")
    await answer(channel, ear.messages[0], "可以退。")

    assert json.loads(posting.answer) == {"response": None}
    assert len(posting.attempts) == 1
    assert str(ear.messages[0].conversation) == "shop:shop-stream:u1"
    assert gateway.replies_to("u1") == ["可以退。"]


async def test_a_message_is_not_acknowledged_before_it_is_stored(
    gateway: DingTalkStreamSimulator, ear: Ear, socket: Socket
) -> None:
    gateway.callback_timeout = 10
    ear.open.clear()
    saying = asyncio.create_task(gateway.say(user="u1", text="在吗"))
    await ear.has_begun(1)
    assert socket.acks == []

    ear.open.set()

    assert (await saying).accepted
    assert len(socket.acks) == 1


@pytest.mark.parametrize("trouble", [Unavailable("the store is away"), TooMany("full"), KeyError("a fault")])
async def test_what_is_not_stored_comes_again_until_it_is(
    gateway: DingTalkStreamSimulator, ear: Ear, socket: Socket, trouble: Exception
) -> None:
    ear.troubles = [trouble]

    posting = await gateway.say(user="u1", text="在吗", msg_id="msg1==")

    assert [attempt.status for attempt in posting.attempts] == [0, 200]
    assert [message.id for message in ear.messages] == ["msg1=="]
    assert gateway.open_sockets == [socket], "the connection is not to blame"


async def test_a_repeated_delivery_bears_the_same_id(gateway: DingTalkStreamSimulator, ear: Ear) -> None:
    await gateway.say(user="u1", text="在吗", copies=3)

    assert len(ear.messages) == 3
    assert len({message.id for message in ear.messages}) == 1


async def test_many_at_once_are_each_acknowledged(gateway: DingTalkStreamSimulator, ear: Ear) -> None:
    gateway.callback_timeout = 30
    postings = await asyncio.gather(*(gateway.say(user=f"u{n}", text="在吗") for n in range(300)))

    assert all(len(posting.attempts) == 1 for posting in postings)
    assert len(ear.messages) == 300
    assert gateway.missed_acks == []


async def test_no_more_are_begun_than_there_is_room_for(
    gateway: DingTalkStreamSimulator, channel: DingTalkStreamChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.dingtalk.stream.connection.MAX_IN_FLIGHT", 2)
    gateway.callback_timeout = 5
    async with listening_to(channel) as ear:
        await gateway.wait_for_sockets(1)
        ear.open.clear()
        saying = [asyncio.create_task(gateway.say(user=f"u{n}", text="在吗")) for n in range(5)]
        await ear.has_begun(2)
        await asyncio.sleep(0.1)
        assert ear.begun == 2

        ear.open.set()

        assert all(posting.accepted for posting in await asyncio.gather(*saying))
        assert ear.begun == 5


async def test_a_ping_gets_its_opaque_back(gateway: DingTalkStreamSimulator, socket: Socket) -> None:
    assert await gateway.ping(socket, opaque="opaque-退货")


@pytest.mark.parametrize(
    ("kind", "topic", "data", "code", "said"),
    [
        ("SYSTEM", "KEEPALIVE", "{}", 200, {}),
        ("EVENT", "*", '{"processQueryKey": "pq1"}', 200, {"status": "SUCCESS", "message": "ok"}),
        ("CALLBACK", "/v1.0/graph/api/invoke", "{}", 404, {"response": None}),
        ("CALLBACK", "/v1.0/im/bot/messages/get", "no JSON", 400, {"response": None}),
        ("CALLBACK", "/v1.0/im/bot/messages/get", '{"msgtype": "picture"}', 400, {"response": None}),
        ("CALLBACK", "/v1.0/im/bot/messages/get", '{"errorCode": "20001"}', 200, {"response": None}),
        ("CALLBACK", "/v1.0/im/bot/messages/get", '{"msgtype": "text"}', 200, {"response": None}),
    ],
)
async def test_what_is_no_message_is_acknowledged_by_its_kind(
    gateway: DingTalkStreamSimulator,
    ear: Ear,
    socket: Socket,
    kind: str,
    topic: str,
    data: str,
    code: int,
    said: object,
) -> None:
    ack = await socket.ask(gateway.frame(kind, topic, data), 10)

    assert ack is not None
    assert (ack.code, json.loads(ack.data)) == (code, said)
    assert ear.messages == []


@pytest.mark.parametrize("noise", ["no JSON", "[1]", '{"type": "CALLBACK"}', "[" * 10_000])
async def test_a_frame_that_is_none_is_skipped(
    gateway: DingTalkStreamSimulator, ear: Ear, socket: Socket, noise: str
) -> None:
    await socket.send(noise)
    await socket.send_bytes(noise.encode())

    assert (await gateway.say(user="u1", text="在吗")).accepted
    assert gateway.open_sockets == [socket]


async def test_the_open_connections_are_counted(
    gateway: DingTalkStreamSimulator, channel: DingTalkStreamChannel, count: Callable[[], float]
) -> None:
    before = count()
    async with listening_to(channel):
        await gateway.wait_for_sockets(1)
        await gateway.ping(gateway.open_sockets[0])
        assert count() == before + 1

    assert count() == before


@pytest.fixture
def count() -> Callable[[], float]:
    """Connections open now, as `/metrics` tells it."""
    return lambda: REGISTRY.get_sample_value("kefu_stream_connections", {"channel": "shop-stream"}) or 0.0
