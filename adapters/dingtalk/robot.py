"""What a DingTalk robot does the same way in both modes: reading a message's body, and all of the way out."""

from __future__ import annotations

import structlog

from adapters.dingtalk import payload, webhook
from adapters.dingtalk.client import DingTalkClient, SessionGone
from adapters.dingtalk.dialect import MAX_PART_BYTES
from adapters.dingtalk.route import Route
from adapters.outbound import Outbound
from adapters.plain import printable
from adapters.split import split
from bot.channel import Blob, Part
from bot.errors import Refused
from bot.ports import Clock, Tokens
from bot.settings import DingTalkRobotSettings
from bot.types import Address, Ignored, Media, Message, Receipt, Reply

log = structlog.get_logger()


class Robot:
    """One robot; how its messages reach us is for the channel above to say."""

    def __init__(
        self, settings: DingTalkRobotSettings, *, tokens: Tokens, outbound: Outbound, clock: Clock
    ) -> None:
        self._name = settings.name
        self._tenant = settings.tenant
        self._api_base = settings.api_base
        self._client = DingTalkClient(settings, tokens=tokens, outbound=outbound, clock=clock)
        self._clock = clock

    @property
    def name(self) -> str:
        """As in the configuration."""
        return self._name

    def read(self, content: bytes) -> Message | Ignored:
        """What a body says, once it is known to be DingTalk's. Raises BadRequest."""
        body = payload.read(content)
        if payload.quota_is_used_up(body):
            log.warning("dingtalk_quota_used_up", channel=self._name)
            return Ignored("the month's quota is used up (20001)")
        return payload.parse(body, tenant=self._tenant, channel=self._name, now=self._clock())

    def render(self, reply: Reply) -> list[Part]:
        """Markdown stays. In a group the first part mentions who asked."""
        text = printable(reply.text).strip()
        mention = Route.of(reply.address).mention
        return [Part(part) for part in split(mention + text, MAX_PART_BYTES)] if text else []

    async def send(self, address: Address, part: Part, *, key: str) -> Receipt:
        """By the session webhook while it lives, as it needs no token and can mention; else by the OpenAPI.

        Neither takes an idempotency key: a try that ends unclear may end as two messages.
        """
        route = Route.of(address)
        if self._may_call(route):
            mention = route.staff if route.mention and part.text.startswith(route.mention) else ""
            try:
                await self._client.send_to_session(route.webhook, part.text, mention=mention)
            except SessionGone as error:
                log.info("dingtalk_session_gone", channel=self._name, reason=str(error))
            else:
                return Receipt("", self._clock())
        return Receipt(await self._push(route, part.text), self._clock())

    async def fetch_media(self, media: Media, *, most: int) -> Blob:
        """By its download code (`bot.channel.Carrier`). Raises Unavailable or Refused."""
        return await self._client.fetch(payload.download_code(media), most=most)

    async def ping(self) -> None:
        """Raises Unavailable when we could not send now."""
        await self._client.probe()

    async def close(self) -> None:
        """Nothing of our own: the connections belong to whoever made the `Outbound`."""

    def _may_call(self, route: Route) -> bool:
        if not route.webhook or not route.webhook_is_alive(self._clock()):
            return False
        trusted = webhook.is_trusted(route.webhook, api_base=self._api_base)
        if not trusted:
            log.warning("dingtalk_webhook_untrusted", channel=self._name)
        return trusted

    async def _push(self, route: Route, text: str) -> str:
        """The OpenAPI can't mention: an `@id` would show as it is."""
        bare = text.removeprefix(route.mention)
        if route.group:
            return await self._client.send_to_group(route.group, bare)
        if route.staff:
            return await self._client.send_to_user(route.staff, bare)
        raise Refused("DingTalk: the session is over, and the sender has no staff id to write to")
