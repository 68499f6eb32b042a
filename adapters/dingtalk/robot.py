"""What a DingTalk robot does the same way in both modes on the way out; `ear` is the way in."""

from __future__ import annotations

from dataclasses import replace

import structlog

from adapters.dingtalk import payload, webhook
from adapters.dingtalk.cards import Cards
from adapters.dingtalk.client import DingTalkClient, SessionGone
from adapters.dingtalk.dialect import MAX_CARD_BYTES, MAX_PART_BYTES, card_text, offer
from adapters.dingtalk.pace import FIRST_GAP_S, of_app
from adapters.dingtalk.route import Route
from adapters.dingtalk.track import Tracks
from adapters.outbound import Outbound
from adapters.plain import printable
from adapters.split import split
from bot.channel import Blob, Draft, Part
from bot.errors import Refused
from bot.ports import Clock, Marks, Rates, Tokens
from bot.replies import part_of
from bot.settings import DingTalkRobotSettings
from bot.types import Address, Conversation, Media, Rate, Receipt, Reply

log = structlog.get_logger()


class Robot:
    """One robot, and what it says."""

    def __init__(
        self,
        settings: DingTalkRobotSettings,
        *,
        tokens: Tokens,
        marks: Marks,
        rates: Rates,
        outbound: Outbound,
        clock: Clock,
    ) -> None:
        self._name = settings.name
        self._api_base = settings.api_base
        self._client = DingTalkClient(settings, tokens=tokens, outbound=outbound, clock=clock)
        self._clock = clock
        tracks = Tracks(settings.client_secret.get_secret_value())
        self._cards = (
            Cards(settings, self._client, tracks, marks, rates, clock) if settings.card_template_id else None
        )
        self._rate = of_app(settings)
        self._to_one = settings.sends_per_minute_to_one
        self._told = ""

    @property
    def name(self) -> str:
        """As in the configuration."""
        return self._name

    @property
    def rate(self) -> Rate:
        """DingTalk counts by app and interface; a message calls each interface once at most."""
        return self._rate

    def rate_to(self, conversation: Conversation) -> Rate:
        """Documented of groups' own robots alone (doc "custom robot"); assumed of the session webhook too."""
        return Rate(f"to:{conversation}", self._to_one, 60)

    @property
    def draft_every_s(self) -> float | None:
        """See `bot.channel.Drafting`. Most showings are passed over, as calls are few."""
        return FIRST_GAP_S if self._cards else None

    @property
    def takes_interim(self) -> bool:
        """As a card it would bear the answer's buttons, and cost three calls of the month's quota."""
        return self._cards is None

    def render(self, reply: Reply) -> list[Part]:
        """Markdown stays. In a group the first part mentions who asked. Suggestions stand behind the last."""
        text = printable(reply.text).strip()
        if not text:
            return []
        room = MAX_CARD_BYTES if self._cards else MAX_PART_BYTES
        room -= len(offer(reply.suggestions).encode())
        *parts, last = split(Route.of(reply.address).mention + text, room)
        return [*map(Part, parts), Part(last, reply.suggestions)]

    async def show(self, draft: Draft) -> None:
        """As a card that grows; without cards, not at all. Raises Refused or Unavailable."""
        route, text = Route.of(draft.address), printable(draft.text).strip()
        if self._cards and route.customer and text:
            (text, *_) = split(text, MAX_CARD_BYTES)
            await self._cards.show(draft.reply, route, card_text(text))

    async def send(self, address: Address, part: Part, *, key: str) -> Receipt:
        """A reply's first part as a card, where there are cards; what no card takes, as a message."""
        route, (reply, number) = Route.of(address), part_of(key)
        if self._cards and number == 0 and route.customer:
            try:
                return await self._send_card(self._cards, reply, route, part, key)
            except Refused as error:
                self._tell(str(error))
        return await self._send_message(route, replace(part, text=part.text + offer(part.suggestions)))

    async def _send_card(self, cards: Cards, reply: str, route: Route, part: Part, key: str) -> Receipt:
        """Its mention is the card's own, not part of the text."""
        text = part.text.removeprefix(route.mention)
        suggestions = part.suggestions if cards.offer else ()
        if not suggestions:
            text += offer(part.suggestions)
        track = await cards.finish(reply, route, card_text(text), guid=key, suggestions=suggestions)
        return Receipt(track, self._clock())

    async def _send_message(self, route: Route, part: Part) -> Receipt:
        """By the session webhook while it lives, as it needs no token and can mention; else by the OpenAPI.

        Neither takes an idempotency key: a try that ends unclear may end as two messages.
        """
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
        """The connections belong to whoever made the `Outbound`."""
        if self._cards:
            await self._cards.close()

    def _tell(self, reason: str) -> None:
        """Once, until it is another reason: each reply would say the same."""
        if reason != self._told:
            log.error("dingtalk_no_card", channel=self._name, reason=reason, instead="an ordinary message")
        self._told = reason

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
