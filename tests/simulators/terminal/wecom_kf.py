"""A WeChat user who writes to 微信客服: the message stays with WeCom, and Kefu is told to fetch it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from bot.settings import WeComKfSettings
from tests.simulators.record import Posting, Seen
from tests.simulators.terminal.door import Door, Suggestion, Visit
from tests.simulators.terminal.wecom import SAMPLE as APP
from tests.simulators.terminal.wecom import app, number, verify
from tests.simulators.wecom_kf import KF_SEND_PATH, WELCOME_PATH, WeComKfSimulator

SAMPLE = {name: value for name, value in APP.items() if name != "agent_id"}


class WeComKfDoor(Door):
    """The chat with an account."""

    sends = (KF_SEND_PATH, WELCOME_PATH)

    def __init__(self, settings: WeComKfSettings, visit: Visit) -> None:
        self.simulator = WeComKfSimulator(app(settings, 0), host=visit.host, port=visit.port)
        super().__init__(self.simulator, visit)

    async def arrive(self, tell: Callable[[str], None]) -> None:
        """The address is verified, as the console would."""
        await verify(lambda: self.simulator.verify(self.visit.callback), self.visit)

    async def say(self, text: str) -> Posting:
        """A text."""
        return await self._write("text", {"content": text})

    async def show(self, picture: bytes) -> Posting:
        """By its media_id."""
        return await self._write("image", {"media_id": self.simulator.files.put(picture)})

    async def record_voice(self, voice: bytes) -> Posting:
        """By its media_id."""
        return await self._write("voice", {"media_id": self.simulator.files.put(voice)})

    async def enter(self) -> Posting:
        """Event enter_session, with a welcome code (WeCom doc 94670)."""
        self.simulator.enter(self.visit.customer)
        return await self.simulator.ring(self.visit.callback)

    def suggestions(self, seen: Seen) -> list[Suggestion]:
        """The clickable lines of a msgmenu (WeCom doc 94677)."""
        menu = seen.body.get("msgmenu", {}).get("list", [])
        clicks = [item["click"] for item in menu if item.get("type") == "click"]
        return [Suggestion(str(click.get("id", "")), click["content"]) for click in clicks]

    async def click(self, suggestion: Suggestion) -> Posting:
        """Arrives as a text with the menu's id (WeCom doc 94670)."""
        return await self._write("text", {"content": suggestion.text, "menu_id": suggestion.id})

    def fail(self, code: str, times: int) -> None:
        """By `errcode`; what greets is sent by another path."""
        for path in self.sends:
            self._trouble(path, {"errcode": number(code), "errmsg": "on order"}, times)

    def revoke_token(self) -> None:
        """The next call gets 40014."""
        self.simulator.revoke_token()

    async def _write(self, kind: str, content: dict[str, Any]) -> Posting:
        msg_id = f"terminal{uuid.uuid4().hex}"

        async def deed() -> Posting:
            self.simulator.put(self.visit.customer, {"msgtype": kind, kind: content}, msg_id)
            return await self.simulator.ring(self.visit.callback)

        return await self._do(deed)
