"""The WeCom door: callbacks in, `message/send` out."""

from __future__ import annotations

from typing import Final

import structlog

from adapters import template_card
from adapters.outbound import Outbound
from adapters.plain import plain
from adapters.split import split
from adapters.suggestions import listed
from adapters.wecom import dialect, payload
from adapters.wecom.client import WeComClient
from adapters.wecom.crypto import envelope, opened
from bot.channel import Blob, Greet, HttpAnswer, Part, RawRequest, Received, Taken
from bot.errors import Refused
from bot.ports import Clock, Tokens
from bot.replies import welcome
from bot.settings import TenantSettings, WeComSettings
from bot.types import Address, Conversation, Ignored, Media, Rate, Receipt, Reply
from bot.wording import SUGGESTED

log = structlog.get_logger()

MAX_TEXT_BYTES: Final = 2048
"""Of UTF-8; WeCom cuts what is beyond without a word (WeCom doc 90236)."""
OLDEST_S: Final = 24 * 3600.0
"""A callback bears no date that expires (WeCom doc 90238), and the inbox remembers for days, not for ever."""


class WeComChannel:
    """A self-built app."""

    def __init__(
        self,
        settings: WeComSettings,
        tenant: TenantSettings,
        *,
        tokens: Tokens,
        outbound: Outbound,
        clock: Clock,
    ) -> None:
        self._name = settings.name
        self._tenant = tenant
        self._menu = settings.menu
        self._markdown = settings.markdown
        self._envelope = envelope(settings)
        self._client = WeComClient(settings, tokens=tokens, outbound=outbound, clock=clock)
        self._clock = clock
        self._to_one = settings.sends_per_minute_to_one
        self._rate = (
            Rate(f"wecom:{settings.corp_id}", settings.sends_per_minute, 60)
            if settings.sends_per_minute
            else None
        )

    @property
    def name(self) -> str:
        """As in the configuration."""
        return self._name

    @property
    def rate(self) -> Rate | None:
        """WeCom names none but by the day, and by the member (WeCom doc 90454)."""
        return self._rate

    def rate_to(self, conversation: Conversation) -> Rate:
        """What is beyond it WeCom takes and drops without a word (WeCom doc 90454)."""
        return Rate(f"to:{conversation}", self._to_one, 60)

    @property
    def takes_interim(self) -> bool:
        """Each reply is a message of its own."""
        return True

    def receive(self, request: RawRequest) -> Received:
        """GET proves to WeCom that the address is ours; POST is a callback. WeCom doc 90238.

        Raises BadSignature or BadRequest.
        """
        content = opened(request, self._envelope)
        if isinstance(content, HttpAnswer):
            return content
        received = payload.parse(content, tenant=self._tenant.name, channel=self._name, menu=self._menu)
        if isinstance(received, Ignored):
            return received
        at = received.at if isinstance(received, payload.Entered) else received.sent_at
        if at < self._clock() - OLDEST_S:
            return Ignored("older than a day: no retry of WeCom's, but a recording")
        if isinstance(received, payload.Entered):
            return Greet(welcome(received.conversation, received.address, self._tenant, now=at))
        return received

    async def acknowledge(self, received: Taken, request: RawRequest) -> HttpAnswer:
        """200 without a body: received, no passive reply, don't send it again."""
        return HttpAnswer()

    def render(self, reply: Reply) -> list[Part]:
        """Parts of 2048 bytes, as plain text unless the settings say markdown; then a card of suggestions.

        A line that is short enough is the card's own title.
        """
        bare, suggestions = plain(reply.text), template_card.choices(reply.suggestions)
        if suggestions and template_card.is_title(bare):
            return [Part(bare, suggestions)]
        text = dialect.markdown(reply.text) if self._markdown else bare
        parts = [Part(piece) for piece in split(text, MAX_TEXT_BYTES)]
        return [*parts, Part(SUGGESTED, suggestions)] if suggestions else parts

    async def send(self, address: Address, part: Part, *, key: str) -> Receipt:
        """Hand one part to WeCom. It takes no idempotency key: an unclear try may end as two messages."""
        user = payload.user(address)
        if part.suggestions:
            msgid = await self._offer(user, part, key)
        elif self._markdown and dialect.has_markup(part.text):
            msgid = await self._client.send_markdown(user, part.text)
        else:
            msgid = await self._client.send_text(user, part.text)
        return Receipt(msgid, self._clock())

    async def fetch_media(self, media: Media, *, most: int) -> Blob:
        """From WeCom's own store (`bot.channel.Carrier`). Raises Unavailable or Refused."""
        return await self._client.fetch(payload.media_id(media), most=most)

    async def ping(self) -> None:
        """Raises Unavailable or Refused when we could not send now."""
        await self._client.probe()

    async def close(self) -> None:
        """Nothing of our own: the connections belong to whoever made the `Outbound`."""

    async def _offer(self, user: str, part: Part, key: str) -> str:
        """As a card; as lines of text should WeCom take no card."""
        try:
            return await self._client.send_card(
                user, template_card.menu(part.text, part.suggestions, task=key)
            )
        except Refused as error:
            log.warning("card_refused", reason=str(error))
        lines = split(listed(part.text, part.suggestions), MAX_TEXT_BYTES)
        return await self._client.send_text(user, lines[0])
