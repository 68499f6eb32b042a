"""`kefu simulate`: every platform's customer, from a terminal or a script, with a Kefu that really runs."""

from __future__ import annotations

import os
import pty
import select
import signal
import socket
import subprocess
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
import pytest_asyncio
from yarl import URL

from bot.settings import WeComSettings
from tests.house import RETURNS, House, a_house, free_port
from tests.simulators.dingtalk import DingTalkSimulator
from tests.simulators.dingtalk_stream import DingTalkStreamSimulator
from tests.simulators.wecom import WeComSimulator
from tests.simulators.wecom_bot import WeComBotSimulator
from tests.simulators.wecom_kf import WeComKfSimulator

pytestmark = pytest.mark.processes

SHIPPING = "48小时"
INVOICE = "电子发票"
CTRL_D = b"\x04"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """The simulators are there for their addresses: the command runs its own."""
    async with a_house(
        tmp_path_factory.mktemp("house"),
        wecom=WeComSimulator(port=free_port()),
        kf=WeComKfSimulator(port=free_port()),
        wecom_bot=WeComBotSimulator(port=free_port()),
        dingtalk=DingTalkSimulator(port=free_port()),
        stream=DingTalkStreamSimulator(port=free_port()),
        environment={"KEFU_TENANTS__SHOP__SUGGESTIONS": '["怎么退货", "多久发货"]'},
    ) as house:
        await house.start("valkey", "gateway", "worker")
        await house.ready(worker=True)
        house.counted = True
        yield house


def chat(house: House, kind: str, *lines: str, options: str = "") -> tuple[int, str]:
    """A script of lines: the exit code, and what was shown."""
    piped = "".join(f"{line}\n" for line in lines)
    result = house.tell("simulate", kind, *options.split(), piped=piped)
    return result.returncode, result.stdout + result.stderr


@pytest.mark.parametrize("kind", ["wecom", "wecom-kf", "wecom-bot", "dingtalk"])
def test_a_question_is_answered_once_however_often_it_is_delivered(house: House, kind: str) -> None:
    code, shown = chat(house, kind, "怎么退货", "/again", "/again", "多久发货")

    assert code == 0, shown
    assert shown.count("delivered again") == 2
    assert (shown.count(RETURNS), shown.count(SHIPPING)) == (1, 1)


async def test_a_question_over_the_stream_is_answered_once(house: House) -> None:
    house.kill("gateway", signal.SIGTERM)  # one that comes back knows nothing of earlier vain tries
    await house.start("gateway")

    code, shown = chat(house, "dingtalk-stream", "怎么退货", "/again", "多久发货")

    assert code == 0, shown
    assert (shown.count(RETURNS), shown.count(SHIPPING)) == (1, 1)


@pytest.mark.parametrize("kind", ["wecom", "wecom-kf", "wecom-bot"])
def test_who_comes_in_is_greeted_and_clicks_a_suggestion(house: House, kind: str) -> None:
    code, shown = chat(house, kind, "/enter", "/menu 2", options="--customer wmClicks")

    assert code == 0, shown
    assert "/menu 2  多久发货" in shown
    assert SHIPPING in shown


def test_the_same_platform_can_be_opened_again_and_again(house: House) -> None:
    for _ in range(2):
        code, shown = chat(house, "wecom-kf", "可以开发票吗", options="--customer wmComesBack")
        assert (code, shown.count(INVOICE)) == (0, 1), shown


def test_a_voice_message_is_answered_by_its_words(house: House) -> None:
    code, shown = chat(house, "dingtalk", "/voice 多久发货", options="--customer speaks")

    assert code == 0, shown
    assert SHIPPING in shown


def test_a_revoked_token_and_a_busy_platform_only_take_time(house: House) -> None:
    code, shown = chat(house, "wecom", "/token", "多久发货", "/fail -1", "可以开发票吗")

    assert code == 0, shown
    assert (shown.count(SHIPPING), shown.count(INVOICE)) == (1, 1)


def test_a_script_fails_when_a_line_got_no_reply(house: House) -> None:
    code, shown = chat(house, "wecom", "/fail 81013", "多久发货", options="--wait 1 --customer silent")

    assert code == 1
    assert "no reply within 1 s" in shown
    assert SHIPPING not in shown


def test_a_script_fails_when_it_asks_for_what_is_not_there(house: House) -> None:
    lines = {
        "/dance": "/help lists",
        "/menu 1": "no suggestion",
        "/again": "nothing was said",
        "/voice 你好": "writes no voice message down",
        "/voice": "write /voice WORDS",
        "/fail": "write /fail CODE [N]",
        "/fail -1 many": "write /fail CODE [N]",
        "/fail QpsLimit": "codes are numbers",
    }

    code, shown = chat(house, "wecom", *lines, "/quit", "多久发货")

    assert code == 1
    assert [told for told in lines.values() if told not in shown] == []
    assert "客户: 多久发货" not in shown, "it was left before"


def test_a_person_types_reads_and_leaves(house: House) -> None:
    keyboard, terminal = pty.openpty()
    chatting = subprocess.Popen(
        house.command("simulate", "wecom", "--customer", "person"),
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        env={**os.environ, "TERM": "xterm", "PROMPT_TOOLKIT_NO_CPR": "1"},
    )
    os.close(terminal)
    try:
        until(keyboard, "›")
        os.write(keyboard, "怎么退货\r".encode())
        until(keyboard, RETURNS)
        assert left(keyboard, chatting) == 0
    finally:
        chatting.kill()
        chatting.wait()
        os.close(keyboard)


def until(keyboard: int, awaited: str) -> None:
    """Return when it is on the screen."""
    shown = b""
    while awaited.encode() not in shown:
        shown += os.read(keyboard, 4096)


def left(keyboard: int, chatting: subprocess.Popen[bytes]) -> int:
    """The exit code after Ctrl-D: pressed again, as a person would, if it came between two prompts."""
    with suppress(OSError):  # EIO: nobody has the terminal open any more
        while chatting.poll() is None:
            os.write(keyboard, CTRL_D)
            while select.select([keyboard], [], [], 1.0)[0]:
                os.read(keyboard, 4096)
    return chatting.wait(30)


def test_a_kefu_with_other_secrets_is_told_apart(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(house.environment, "KEFU_CHANNELS__WECOM__TOKEN", "another")
    monkeypatch.setitem(house.environment, "KEFU_CHANNELS__DING__CLIENT_SECRET", "another")

    wecom, dingtalk = chat(house, "wecom", "在吗"), chat(house, "dingtalk", "在吗")

    assert wecom[0] == 1
    assert "start Kefu again with this configuration" in wecom[1]
    assert dingtalk[0] == 1
    assert "Kefu did not take it: HTTP 401" in dingtalk[1]


def test_a_port_that_is_taken_is_named(house: House) -> None:
    (address,) = [URL(one.api_base) for one in house.settings.channels if isinstance(one, WeComSettings)]
    with socket.create_server((str(address.host), int(address.port or 0))):
        code, shown = chat(house, "wecom", "在吗")

    assert code == 1
    assert "channels.wecom.api_base" in shown
    assert "can't be listened on" in shown
