"""The WeCom door: callbacks in, `message/send` out."""

from __future__ import annotations

from typing import Final

from adapters.outbound import Outbound
from adapters.plain import plain
from adapters.split import split
from adapters.wecom import payload
from adapters.wecom.client import WeComClient
from adapters.wecom.crypto import envelope, opened
from adapters.wecom.xml import encrypted
from bot.channel import HttpAnswer, Part, RawRequest, Received, Taken
from bot.errors import BadRequest
from bot.ports import Clock, Tokens
from bot.settings import WeComSettings
from bot.types import Address, Ignored, Message, Receipt, Reply

MAX_TEXT_BYTES: Final = 2048
"""Of UTF-8; WeCom cuts what is beyond without a word (WeCom doc 90236)."""
OLDEST_S: Final = 24 * 3600.0
"""A callback bears no date that expires (WeCom doc 90238), and the inbox remembers for days, not for ever."""


class WeComChannel:
    """A self-built app."""

    def __init__(self, settings: WeComSettings, *, tokens: Tokens, outbound: Outbound, clock: Clock) -> None:
        self._name = settings.name
        self._tenant = settings.tenant
        self._envelope = envelope(settings)
        self._client = WeComClient(settings, tokens=tokens, outbound=outbound, clock=clock)
        self._clock = clock

    @property
    def name(self) -> str:
        """As in the configuration."""
        return self._name

    def receive(self, request: RawRequest) -> Received:
        """GET proves to WeCom that the address is ours; POST is a callback. WeCom doc 90238.

        Raises BadSignature or BadRequest.
        """
        if request.method == "GET":
            return HttpAnswer(body=opened(self._envelope, request.query.get("echostr", ""), request.query))
        if request.method != "POST":
            raise BadRequest("WeCom calls with GET and POST")
        content = opened(self._envelope, encrypted(request.body), request.query)
        received = payload.parse(content, tenant=self._tenant, channel=self._name)
        if isinstance(received, Message) and received.sent_at < self._clock() - OLDEST_S:
            return Ignored("older than a day: no retry of WeCom's, but a recording")
        return received

    async def acknowledge(self, received: Taken, request: RawRequest) -> HttpAnswer:
        """200 without a body: received, no passive reply, don't send it again."""
        return HttpAnswer()

    def render(self, reply: Reply) -> list[Part]:
        """Plain text, as app messages show markdown raw, in parts of 2048 bytes."""
        return [Part(text) for text in split(plain(reply.text), MAX_TEXT_BYTES)]

    async def send(self, address: Address, part: Part, *, key: str) -> Receipt:
        """Hand one part to WeCom. It takes no idempotency key: an unclear try may end as two messages."""
        msgid = await self._client.send_text(payload.user(address), part.text)
        return Receipt(msgid, self._clock())

    async def ping(self) -> None:
        """Raises Unavailable or Refused when we could not send now."""
        await self._client.probe()

    async def close(self) -> None:
        """Nothing of our own: the connections belong to whoever made the `Outbound`."""
