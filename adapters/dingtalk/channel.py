"""The DingTalk door in HTTP mode: signed callbacks in; replies as any robot sends them."""

from __future__ import annotations

from adapters.dingtalk.robot import Robot
from adapters.dingtalk.signature import verify
from adapters.outbound import Outbound
from bot.channel import HttpAnswer, RawRequest, Received, Taken
from bot.errors import BadRequest
from bot.ports import Clock, Tokens
from bot.settings import DingTalkSettings


class DingTalkChannel(Robot):
    """A robot in HTTP mode."""

    def __init__(
        self, settings: DingTalkSettings, *, tokens: Tokens, outbound: Outbound, clock: Clock
    ) -> None:
        super().__init__(settings, tokens=tokens, outbound=outbound, clock=clock)
        self._secret = settings.client_secret.get_secret_value()

    def receive(self, request: RawRequest) -> Received:
        """Raises BadSignature or BadRequest."""
        verify(request.headers, self._secret, now=self._clock())
        if request.method != "POST":
            raise BadRequest("DingTalk calls with POST")
        return self.read(request.body)

    async def acknowledge(self, received: Taken, request: RawRequest) -> HttpAnswer:
        """200 and "no reply here": the reply comes by itself."""
        return HttpAnswer(body=b'{"msgtype":"empty"}', content_type="application/json")
