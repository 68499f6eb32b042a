"""Connections come and go; messages do not get lost with them."""

from __future__ import annotations

import asyncio
import time

import pytest
from structlog.testing import capture_logs

from adapters.dingtalk.stream import DingTalkStreamChannel
from adapters.dingtalk.stream import connection as connections
from adapters.outbound import Outbound
from tests.fakes import FreeRates
from tests.simulators.dingtalk import DingTalkApp
from tests.simulators.dingtalk_stream import CONNECT_PATH, OPEN_PATH, DingTalkStreamSimulator
from tests.simulators.platform import Trouble
from tests.unit.adapters.conftest import MemoryMarks, MemoryTokens, stream_settings
from tests.unit.adapters.ear import listening_to


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.dingtalk.stream.backoff.FIRST_S", 0.02)


def channel_to(gateway: DingTalkStreamSimulator, outbound: Outbound, **changes: int) -> DingTalkStreamChannel:
    settings = stream_settings(gateway.base_url, **changes)
    return DingTalkStreamChannel(
        settings,
        tokens=MemoryTokens(),
        marks=MemoryMarks(),
        rates=FreeRates(),
        outbound=outbound,
        clock=gateway.now,
    )


def opens(gateway: DingTalkStreamSimulator) -> list[int]:
    """How each request for a ticket was answered."""
    return [call.status for call in gateway.record.calls_to(OPEN_PATH)]


async def test_messages_spread_over_all_connections(
    gateway: DingTalkStreamSimulator, outbound: Outbound
) -> None:
    gateway.callback_timeout = 30
    async with listening_to(channel_to(gateway, outbound, connections=3)) as ear:
        sockets = await gateway.wait_for_sockets(3)

        await asyncio.gather(*(gateway.say(user=f"u{n}", text="在吗") for n in range(60)))

        assert len(ear.messages) == 60
        assert all(socket.acks for socket in sockets)
        assert gateway.missed_acks == []


async def test_asked_to_leave_it_comes_back_first_and_finishes_on_the_old_connection(
    gateway: DingTalkStreamSimulator, outbound: Outbound
) -> None:
    gateway.callback_timeout = gateway.drop_after = 10
    async with listening_to(channel_to(gateway, outbound)) as ear:
        (old,) = await gateway.wait_for_sockets(1)
        ear.open.clear()
        saying = asyncio.create_task(gateway.say(user="u1", text="在吗"))
        await ear.has_begun(1)

        await gateway.disconnect(old)
        (new,) = await gateway.wait_for_sockets(1)
        assert new is not old
        assert old.acks == [], "still at it"
        ear.open.set()

        posting = await saying
        assert len(posting.attempts) == 1
        assert (len(old.acks), new.acks, gateway.missed_acks) == (1, [], [])


async def test_a_connection_that_the_server_does_not_drop_is_closed_by_us(
    gateway: DingTalkStreamSimulator, outbound: Outbound, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.dingtalk.stream.client.LINGER_S", 0.3)
    gateway.drop_after = 60
    async with listening_to(channel_to(gateway, outbound)):
        (old,) = await gateway.wait_for_sockets(1)
        await gateway.disconnect(old)
        assert await gateway.ping(old), "it is answered there until then"

        await old.over(timeout=5)
        assert gateway.open_sockets == gateway.sockets[1:]


async def test_sent_away_time_and_again_it_comes_back_each_time(
    gateway: DingTalkStreamSimulator, outbound: Outbound
) -> None:
    async with listening_to(channel_to(gateway, outbound)):
        for _ in range(4):
            (socket,) = await gateway.wait_for_sockets(1)
            await gateway.disconnect(socket)
        await gateway.wait_for_sockets(1)

    assert opens(gateway) == [200] * 5


async def test_after_a_cut_cable_what_was_under_way_comes_again(
    gateway: DingTalkStreamSimulator, outbound: Outbound
) -> None:
    async with listening_to(channel_to(gateway, outbound)) as ear:
        (old,) = await gateway.wait_for_sockets(1)
        ear.open.clear()
        saying = asyncio.create_task(gateway.say(user="u1", text="在吗"))
        await ear.has_begun(1)

        old.drop()
        await gateway.wait_for_sockets(1)
        ear.open.set()

        posting = await saying
        assert [attempt.status for attempt in posting.attempts] == [0, 200]
        assert len({message.id for message in ear.messages}) == 1
        assert gateway.missed_acks == [], "nothing was acknowledged on another connection"


async def test_a_connection_closed_in_good_order_is_replaced_without_a_hot_loop(
    gateway: DingTalkStreamSimulator, outbound: Outbound, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.dingtalk.stream.backoff.FIRST_S", 30.0)
    async with listening_to(channel_to(gateway, outbound)):
        (socket,) = await gateway.wait_for_sockets(1)
        await socket.close()
        await asyncio.sleep(0.2)

    assert opens(gateway) == [200]


async def test_a_frame_too_long_costs_the_connection_and_no_more(
    gateway: DingTalkStreamSimulator, outbound: Outbound
) -> None:
    async with listening_to(channel_to(gateway, outbound)) as ear:
        (old,) = await gateway.wait_for_sockets(1)
        await old.send("x" * (1024 * 1024 + 1))
        await old.over()

        await gateway.wait_for_sockets(1)
        assert (await gateway.say(user="u1", text="在吗")).accepted
        assert len(ear.messages) == 1


async def test_a_connection_that_answers_no_ping_is_given_up(
    gateway: DingTalkStreamSimulator, outbound: Outbound, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "HEARTBEAT_S", 0.2)
    gateway.answers_pings = False
    async with listening_to(channel_to(gateway, outbound)):
        (silent,) = await gateway.wait_for_sockets(1)
        monkeypatch.setattr(connections, "HEARTBEAT_S", 20)
        gateway.answers_pings = True
        await silent.over()

        await gateway.wait_for_sockets(1)
        assert (await gateway.say(user="u1", text="在吗")).accepted


@pytest.mark.parametrize(
    "trouble",
    [
        Trouble(503, "<html>busy</html>"),
        Trouble(503, {"code": "system.error"}),
        Trouble(200, "<connection/>"),
        Trouble(200, {}),
        Trouble(200, {"endpoint": "https://127.0.0.1/connect", "ticket": "t"}),
        Trouble(200, {"endpoint": "wss://[/", "ticket": "t"}),
        Trouble(200, {"endpoint": "ws://127.0.0.1:1/connect", "ticket": "t"}),
        Trouble(200, {"endpoint": 3, "ticket": None}),
    ],
)
async def test_a_gateway_in_trouble_is_asked_again(
    gateway: DingTalkStreamSimulator, outbound: Outbound, trouble: Trouble
) -> None:
    gateway.trouble(OPEN_PATH, trouble, times=2)
    async with listening_to(channel_to(gateway, outbound)) as ear:
        await gateway.wait_for_sockets(1)

        assert (await gateway.say(user="u1", text="在吗")).accepted
        assert len(ear.messages) == 1
    assert opens(gateway) == [trouble.status, trouble.status, 200]


async def test_a_ticket_that_died_on_the_way_is_replaced(
    gateway: DingTalkStreamSimulator, outbound: Outbound
) -> None:
    gateway.ticket_life = 0
    async with listening_to(channel_to(gateway, outbound)):
        while not gateway.record.calls_to(CONNECT_PATH):
            await asyncio.sleep(0.01)
        gateway.ticket_life = 90

        await gateway.wait_for_sockets(1)
        assert gateway.record.calls_to(CONNECT_PATH)[0].status == 401


@pytest.mark.parametrize(
    ("trouble", "mend"),
    [
        (Trouble(401, {"code": "authFailed", "message": "鉴权失败"}), "write the app's own as client_id"),
        (Trouble(401, {"code": "other"}), "write the app's own as client_id"),
        (Trouble(400, {"code": "invalidParameter"}), "choose Stream mode for its robot, and publish the app"),
        (Trouble(403, {"code": "Forbidden.AccessDenied.IpNotInWhiteList"}), "add it to the app's list"),
        (Trouble(403, {"code": "Forbidden.AccessDenied.ApiCountLimitForOrg"}), "quota of calls is used up"),
    ],
)
async def test_what_the_operator_must_mend_is_told_and_not_hammered(
    gateway: DingTalkStreamSimulator, outbound: Outbound, trouble: Trouble, mend: str
) -> None:
    gateway.trouble(OPEN_PATH, trouble, times=9)
    with capture_logs() as logs:
        async with listening_to(channel_to(gateway, outbound)):
            while not opens(gateway):
                await asyncio.sleep(0.01)
            await asyncio.sleep(0.2)

    (line,) = [line for line in logs if line["event"] == "dingtalk_stream_not_opened"]
    assert line["log_level"] == "error"
    assert mend in line["reason"]
    assert line["again_in_s"] == 60
    assert len(opens(gateway)) == 1


async def test_neither_tickets_nor_words_are_logged(
    gateway: DingTalkStreamSimulator, outbound: Outbound
) -> None:
    ticket = "ticket-0123456789"
    unreachable = {"endpoint": "ws://127.0.0.1:1/connect", "ticket": ticket}
    refused = {"endpoint": gateway.base_url.replace("http", "ws") + CONNECT_PATH, "ticket": ticket}
    for body in (unreachable, refused):
        gateway.trouble(OPEN_PATH, Trouble(200, body))
    with capture_logs() as logs:
        async with listening_to(channel_to(gateway, outbound)):
            await gateway.wait_for_sockets(1)
            await gateway.say(user="u1", text="退掉我的裙子")
            await gateway.open_sockets[0].send("退掉我的裙子")
            await gateway.ping(gateway.open_sockets[0])

    assert {line["event"] for line in logs} >= {"dingtalk_stream_not_opened", "dingtalk_stream_frame_skipped"}
    assert not any(
        secret in str(logs) for secret in (ticket, DingTalkApp().client_secret, CONNECT_PATH, "裙子")
    )


async def test_told_to_stop_it_acknowledges_what_it_has_at_hand(
    gateway: DingTalkStreamSimulator, outbound: Outbound
) -> None:
    gateway.callback_timeout = 10
    async with listening_to(channel_to(gateway, outbound)) as ear:
        await gateway.wait_for_sockets(1)
        ear.open.clear()
        saying = asyncio.create_task(gateway.say(user="u1", text="在吗"))
        await ear.has_begun(1)
        ear.stop.set()
        await asyncio.sleep(0.05)
        ear.open.set()

        assert len((await saying).attempts) == 1
    assert gateway.open_sockets == []


async def test_it_does_not_wait_for_ever_for_what_hangs(
    gateway: DingTalkStreamSimulator, outbound: Outbound, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "DRAIN_S", 0.2)
    gateway.retries = 0
    channel = channel_to(gateway, outbound)
    stop = asyncio.Event()
    hung = asyncio.Event()

    async def hang(_: object) -> None:
        hung.set()
        await asyncio.Event().wait()

    task = asyncio.create_task(channel.listen(hang, stop))
    await gateway.wait_for_sockets(1)
    saying = asyncio.create_task(gateway.say(user="u1", text="在吗"))
    await hung.wait()
    started = time.monotonic()
    stop.set()
    await task

    assert time.monotonic() - started < 3
    assert not (await saying).accepted


@pytest.mark.parametrize("path", [OPEN_PATH, CONNECT_PATH])
async def test_it_can_be_stopped_while_it_connects(
    gateway: DingTalkStreamSimulator, outbound: Outbound, path: str
) -> None:
    gateway.trouble(path, Trouble(503, "<html>", delay=5))
    async with listening_to(channel_to(gateway, outbound)) as ear:
        while not gateway.record.calls_to(path):
            await asyncio.sleep(0.01)
        ear.stop.set()


async def test_a_fault_of_ours_is_not_lost(
    gateway: DingTalkStreamSimulator, outbound: Outbound, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fault(_: str) -> None:
        raise ZeroDivisionError

    async def take(_: object) -> None:
        return None

    channel = channel_to(gateway, outbound)
    listening = asyncio.create_task(channel.listen(take, asyncio.Event()))
    (socket,) = await gateway.wait_for_sockets(1)
    monkeypatch.setattr("adapters.dingtalk.stream.frames.read", fault)
    await socket.send("{}")

    with pytest.raises(ZeroDivisionError):
        await asyncio.wait_for(listening, 5)
    assert gateway.open_sockets == []
