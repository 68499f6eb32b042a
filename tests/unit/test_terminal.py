"""A chat in the terminal waits as long as a reply can come, and says so."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest
from aiohttp import ClientSession

from tests.simulators.platform import Trouble
from tests.simulators.record import Attempt, Posting, Seen
from tests.simulators.terminal import patience
from tests.simulators.terminal.chat import Chat
from tests.simulators.terminal.door import Door, Visit
from tests.simulators.terminal.patience import Patience
from tests.simulators.terminal.screen import Screen
from tests.simulators.wecom import SEND_PATH, WeComSimulator

BUSY = Trouble(body={"errcode": 45009, "errmsg": "on order"})


class Slow(Door):
    """A Kefu that answers `after` so many seconds, with an error of the platform's in between if it is `busy`."""

    def __init__(self, *, after: float, busy: bool = False, answer: str = "七天内。") -> None:
        super().__init__(WeComSimulator(), Visit("wecom", "", "alice", "127.0.0.1", 0))
        self.after = after
        self.busy = busy
        self.answer = answer

    async def arrive(self, tell: Callable[[str], None]) -> None:
        """It is here."""

    async def say(self, text: str) -> Posting:
        if self.busy:
            self.platform.on_trouble(BUSY)
        seen = Seen(0.0, self.receiver, self.answer, "text", "")
        asyncio.get_running_loop().call_later(self.after, self.platform.record.show, seen)
        return Posting("m1", (Attempt(0.0, 0.0, 200),))

    async def show(self, picture: bytes) -> Posting:
        raise AssertionError("nobody shows anything here")

    def fail(self, code: str, times: int) -> None:
        raise AssertionError("`busy` does it here")

    def revoke_token(self) -> None:
        raise AssertionError("there is no token here")


async def piped(*lines: str) -> AsyncIterator[str]:
    for line in lines:
        yield line


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "PAUSE_S", 5.0)
    monkeypatch.setattr(patience, "_TOLD_EVERY_S", 0.1)


async def test_a_reply_that_a_throttled_kefu_brings_late_is_waited_for(
    capsys: pytest.CaptureFixture[str],
) -> None:
    chat = Chat(Slow(after=0.4, busy=True), Screen(), patience=Patience(0.2, firm=False))

    assert await chat.run(piped("怎么退货"))

    shown = capsys.readouterr().out
    assert "Kefu was told 45009: it may wait up to a minute" in shown
    assert "5 s at most" in shown, "as it counts from there"
    assert "still waiting for the reply (5 s more at most" in shown
    assert "七天内" in shown


async def test_three_digits_are_an_http_status_as_platforms_have_codes_of_their_own(
    capsys: pytest.CaptureFixture[str],
) -> None:
    door = Slow(after=0)
    door.sends = (SEND_PATH,)

    async with door.platform:
        assert await Chat(door, Screen()).run(piped("/fail 500"))
        async with ClientSession() as kefu, kefu.post(f"{door.platform.base_url}{SEND_PATH}") as answer:
            assert answer.status == 500

    shown = capsys.readouterr().out
    assert "HTTP 500 awaits the next 1 send" in shown
    assert "Kefu was told HTTP 500" in shown


@pytest.mark.parametrize(("busy", "firm"), [(False, False), (True, True)])
async def test_no_longer_than_there_is_a_reason_for_or_than_was_asked(
    capsys: pytest.CaptureFixture[str], busy: bool, firm: bool
) -> None:
    chat = Chat(Slow(after=30, busy=busy), Screen(), patience=Patience(0.2, firm=firm))

    assert not await chat.run(piped("怎么退货"))

    assert "no reply within 0.2 s" in capsys.readouterr().out


async def test_at_a_keyboard_whoever_looks_on_is_told_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert await Chat(Slow(after=30, busy=True), Screen()).run(piped("怎么退货"))

    assert "Kefu was told 45009" in capsys.readouterr().out


async def test_suggestions_without_buttons_are_no_menu_and_it_is_said_so(
    capsys: pytest.CaptureFixture[str],
) -> None:
    offering = Slow(after=0, answer="没有找到。\n\n您也可以直接问我：\n· 怎么退货\n· 多久发货")
    chat = Chat(offering, Screen(), patience=Patience(5, firm=False))

    assert not await chat.run(piped("/menu 1", "能打折吗", "/menu 1"))

    before, after = capsys.readouterr().out.split("没有找到")
    assert "no suggestion was offered yet" in before
    assert "the suggestions came as lines of text, and no button with them" in after
