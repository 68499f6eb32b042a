"""A member who writes to a self-built WeCom app."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from bot.errors import Misconfigured
from bot.settings import WeComAppSettings, WeComSettings
from tests.simulators.record import Posting, Seen
from tests.simulators.terminal.door import Door, NotHere, Suggestion, Visit
from tests.simulators.wecom import SEND_PATH, WeComApp, WeComSimulator

SAMPLE: dict[str, Any] = asdict(WeComApp())


def app(settings: WeComAppSettings, agent_id: int) -> WeComApp:
    """With the secrets of the configuration."""
    return WeComApp(
        corp_id=settings.corp_id,
        agent_id=agent_id,
        secret=settings.secret.get_secret_value(),
        token=settings.token.get_secret_value(),
        encoding_aes_key=settings.encoding_aes_key.get_secret_value(),
    )


def number(code: str) -> int:
    """WeCom's error codes are numbers. Raises NotHere."""
    if not code.lstrip("-").isdecimal():
        raise NotHere("WeCom's error codes are numbers, such as 45009 or -1")
    return int(code)


def buttons(seen: Seen) -> list[Suggestion]:
    """Of a template card (WeCom docs 90236, 101032)."""
    listed = seen.body.get("template_card", {}).get("button_list", [])
    return [Suggestion(button["key"], button["text"]) for button in listed]


async def verify(verifying: Callable[[], Any], visit: Visit) -> None:
    """What the console does when an address is saved. Raises Misconfigured."""
    if not await verifying():
        raise Misconfigured(
            [
                f"channels.{visit.channel}: {visit.callback} does not give WeCom's echostr back; "
                "start Kefu again with this configuration"
            ]
        )


class WeComDoor(Door):
    """The app's chat."""

    sends = (SEND_PATH,)

    def __init__(self, settings: WeComSettings, visit: Visit) -> None:
        self.simulator = WeComSimulator(app(settings, settings.agent_id), host=visit.host, port=visit.port)
        super().__init__(self.simulator, visit)

    @property
    def receiver(self) -> str:
        """Userids are case-insensitive."""
        return self.visit.customer.lower()

    async def arrive(self, tell: Callable[[str], None]) -> None:
        """The address is verified, as the console would."""
        await verify(lambda: self.simulator.verify(self.visit.callback), self.visit)

    async def say(self, text: str) -> Posting:
        """A text."""
        msg_id = str(uuid.uuid4().int >> 64)
        return await self._do(
            lambda: self.simulator.say(
                self.visit.callback, user=self.visit.customer, text=text, msg_id=msg_id
            )
        )

    async def show(self, picture: bytes) -> Posting:
        """By its media_id."""
        return await self._post_media("image", picture, PicUrl="http://127.0.0.1:9/")

    async def record_voice(self, voice: bytes) -> Posting:
        """By its media_id."""
        return await self._post_media("voice", voice, Format="amr")

    async def _post_media(self, kind: str, data: bytes, **fields: str) -> Posting:
        msg_id = str(uuid.uuid4().int >> 64)
        content = {"MsgType": kind, "MediaId": self.simulator.files.put(data), **fields}
        return await self._do(
            lambda: self.simulator.post(self.visit.callback, content, user=self.visit.customer, msg_id=msg_id)
        )

    async def enter(self) -> Posting:
        """Event enter_agent (WeCom doc 90240)."""
        return await self.simulator.open_chat(self.visit.callback, user=self.visit.customer)

    def suggestions(self, seen: Seen) -> list[Suggestion]:
        """A card's buttons."""
        return buttons(seen)

    async def click(self, suggestion: Suggestion) -> Posting:
        """Event template_card_event (WeCom doc 90240)."""
        return await self.simulator.press(
            self.visit.callback, user=self.visit.customer, button=suggestion.text
        )

    def fail(self, code: str, times: int) -> None:
        """By `errcode`."""
        for path in self.sends:
            self._trouble(path, {"errcode": number(code), "errmsg": "on order"}, times)

    def revoke_token(self) -> None:
        """The next call gets 40014."""
        self.simulator.revoke_token()
