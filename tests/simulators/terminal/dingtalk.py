"""A colleague who writes to a DingTalk robot, over HTTP callbacks or over the stream."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import asdict
from typing import Any, Final

from bot.errors import Misconfigured
from bot.settings import DingTalkRobotSettings, DingTalkSettings, DingTalkStreamSettings
from tests.simulators.dingtalk import (
    GROUP_PATH,
    SESSION_PATH,
    USER_PATH,
    DingTalkApp,
    DingTalkSimulator,
)
from tests.simulators.dingtalk_stream import DingTalkStreamSimulator
from tests.simulators.record import Posting
from tests.simulators.terminal.door import Door, Visit

SAMPLE: dict[str, Any] = asdict(DingTalkApp())
_CONNECTED_WITHIN_S: Final = 90.0
"""A gateway that found nobody here tries again within a minute."""

_REDELIVERED_AFTER_S: Final = 5.0
"""Users report 60; nobody at a keyboard would wait for that."""


def _app(settings: DingTalkRobotSettings) -> DingTalkApp:
    return DingTalkApp(
        client_id=settings.client_id,
        client_secret=settings.client_secret.get_secret_value(),
        robot_code=settings.robot_code or settings.client_id,
    )


class _RobotDoor(Door):
    sends = (SESSION_PATH, USER_PATH, GROUP_PATH)
    failing = " of its kind (session webhooks know numbers, the OpenAPI knows names)"

    def __init__(self, simulator: DingTalkSimulator, visit: Visit) -> None:
        self.simulator = simulator
        super().__init__(simulator, visit)

    async def say(self, text: str) -> Posting:
        """A text, one to one."""
        return await self._post("text", text={"content": f" {text}"})

    async def show(self, picture: bytes) -> Posting:
        """By its downloadCode."""
        return await self._post("picture", content={"downloadCode": self.simulator.files.put(picture)})

    async def record_voice(self, voice: bytes) -> Posting:
        """Without a transcript."""
        content = {"duration": 2000, "downloadCode": self.simulator.files.put(voice)}
        return await self._post("audio", content=content)

    async def speak(self, words: str) -> Posting:
        """DingTalk sends its own transcript along."""
        content = {"duration": 2000, "downloadCode": "none", "recognition": words}
        return await self._post("audio", content=content)

    def fail(self, code: str, times: int) -> None:
        """Session webhooks answer with `errcode`, the OpenAPI with a `code` in words."""
        if code.lstrip("-").isdecimal():
            self._trouble(SESSION_PATH, {"errcode": int(code), "errmsg": "on order"}, times)
            return
        status = 403 if code.startswith("Forbidden") else 400
        for path in (USER_PATH, GROUP_PATH):
            self._trouble(path, {"code": code, "message": "on order"}, times, status=status)

    def revoke_token(self) -> None:
        """The next call to the OpenAPI gets InvalidAuthentication; session webhooks need no token."""
        self.simulator.expire_token()

    async def _post(self, msgtype: str, **fields: Any) -> Posting:
        body = self.simulator.message(user=self.visit.customer, msgtype=msgtype, **fields)
        return await self._do(lambda: self.simulator.post(self.visit.callback, body))


class DingTalkDoor(_RobotDoor):
    """HTTP callbacks."""

    def __init__(self, settings: DingTalkSettings, visit: Visit) -> None:
        super().__init__(DingTalkSimulator(_app(settings), host=visit.host, port=visit.port), visit)

    async def arrive(self, tell: Callable[[str], None]) -> None:
        """DingTalk asks a robot for no proof that the address is its own."""


class DingTalkStreamDoor(_RobotDoor):
    """Frames on a connection that Kefu opens."""

    def __init__(self, settings: DingTalkStreamSettings, visit: Visit) -> None:
        self._stream = DingTalkStreamSimulator(
            _app(settings), host=visit.host, port=visit.port, redeliver_after=_REDELIVERED_AFTER_S
        )
        super().__init__(self._stream, visit)

    async def arrive(self, tell: Callable[[str], None]) -> None:
        """Kefu comes by itself."""
        tell("waiting for Kefu to connect (it tries at least once a minute)")
        try:
            async with asyncio.timeout(_CONNECTED_WITHIN_S):
                while not self._stream.open_sockets:
                    await asyncio.sleep(0.05)
        except TimeoutError:
            raise Misconfigured(
                [
                    f"channels.{self.visit.channel}: no connection within {_CONNECTED_WITHIN_S:.0f} s; "
                    "start Kefu again with this configuration"
                ]
            ) from None
