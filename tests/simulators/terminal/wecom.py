"""A member who writes to a self-built WeCom app."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from bot.errors import Misconfigured
from bot.settings import WeComAppSettings, WeComSettings
from tests.simulators.record import Posting
from tests.simulators.terminal.door import Door, NotHere, Visit
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

    async def enter(self) -> Posting:
        """Event enter_agent (WeCom doc 90240)."""
        fields = {"MsgType": "event", "Event": "enter_agent", "EventKey": ""}
        return await self.simulator.post(self.visit.callback, fields, user=self.visit.customer)

    def fail(self, code: str, times: int) -> None:
        """By `errcode`."""
        self._trouble(SEND_PATH, {"errcode": number(code), "errmsg": "on order"}, times)

    def revoke_token(self) -> None:
        """The next call gets 40014."""
        self.simulator.revoke_token()
