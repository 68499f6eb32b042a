"""WebChatChannel: the Channel verbs for a visitor on the shop's own site."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import structlog

from adapters.webchat.identity import Identity, is_known
from adapters.webchat.payload import (
    read_claim,
    read_message,
    read_opinion,
    write,
    write_partial,
    write_reply,
    write_said,
)
from adapters.webchat.session import Session, Sessions
from adapters.webchat.uploads import Uploads
from bot.channel import Blob, Draft, HttpAnswer, Part, RawRequest, Taken
from bot.errors import BadRequest, BadSignature, Refused, Unavailable
from bot.ports import Clock, Feed
from bot.replies import part_key
from bot.settings import WebChatSettings
from bot.types import Address, Conversation, Media, Message, Opinion, Receipt, Reply

log = structlog.get_logger()

DRAFT_EVERY_S: Final = 0.2
"""Quicker than anybody reads."""


class WebChatChannel:
    """One configured web chat. Its platform is our own feed, so sending is publishing."""

    def __init__(
        self, settings: WebChatSettings, *, feed: Feed, uploads: Uploads, session_key: str, clock: Clock
    ) -> None:
        self.settings = settings
        self.uploads = uploads
        self._feed = feed
        self._clock = clock
        self._sessions = Sessions(
            session_key, channel=settings.name, hours=settings.session_hours, clock=clock
        )
        identity_key = settings.identity_key.get_secret_value() if settings.identity_key else ""
        self._identity = Identity(identity_key, clock=clock)

    @property
    def name(self) -> str:
        """As in the configuration."""
        return self.settings.name

    def open_session(self, body: bytes = b"") -> Session:
        """A session for a new visitor, or for the customer that the shop says. Raises Rejected."""
        claim = read_claim(body)
        return self._sessions.open(self._identity.verify(claim) if claim else "")

    def visitor(self, token: str) -> Conversation:
        """The conversation of whoever holds this token. Raises BadSignature."""
        return self._conversation(self._sessions.verify(token))

    def receive(self, request: RawRequest) -> Message:
        """Verify the visitor's token, then read what they said. Raises BadSignature and BadRequest."""
        conversation = self.visitor(bearer(request.headers))
        return read_message(request.body, conversation, now=self._clock())

    def receive_opinion(self, request: RawRequest) -> Opinion:
        """Verify the visitor's token, then read what they think. Raises BadSignature and BadRequest."""
        conversation = self.visitor(bearer(request.headers))
        return read_opinion(request.body, conversation, now=self._clock())

    async def check_media(self, message: Message) -> None:
        """See that what it names was sent in this session. Raises BadRequest and Unavailable."""
        for media in message.media:
            if not await self.uploads.has(media.handle["owner"], media.handle["name"]):
                raise BadRequest("no picture of this name was sent in this session, or not lately")

    async def tell_others(self, message: Message) -> None:
        """Show a known customer's own words on their other devices, if the store can do so now."""
        if is_known(message.conversation.customer):
            said = write_said(message)
            try:
                await self._feed.publish(message.conversation, "said", said, key=f"said:{message.id}")
            except Unavailable as error:  # the message itself is kept, and this must not have it sent again
                log.warning("other_devices_not_told", channel=self.name, reason=str(error))

    async def fetch_media(self, media: Media, *, most: int) -> Blob:
        """A picture that a visitor sent. Raises Unavailable, or Refused (gone, or too big)."""
        return await self.uploads.get(media.handle["owner"], media.handle["name"], most=most)

    async def acknowledge(self, received: Taken, request: RawRequest) -> HttpAnswer:
        """202 with the message's id: stored, an answer will come as an event."""
        stored = {"id": received.id} if isinstance(received, Message) else {}
        return HttpAnswer(202, write(stored).encode(), "application/json")

    def render(self, reply: Reply) -> list[Part]:
        """The whole reply in one part: a browser has no limit worth cutting for."""
        return [Part(write_reply(reply))]

    async def send(self, address: Address, part: Part, *, key: str) -> Receipt:
        """Publish it, once per `key`. Raises Unavailable, or Refused for an address of another channel."""
        event = await self._feed.publish(self._visitor_at(address), "reply", part.text, key=key)
        return Receipt(event, self._clock())

    @property
    def takes_interim(self) -> bool:
        """It is one more line of the chat; what was asked stays open."""
        return True

    @property
    def draft_every_s(self) -> float:
        """Seconds between two showings."""
        return DRAFT_EVERY_S

    async def show(self, draft: Draft) -> None:
        """Let the visitor see it until the reply's one part is published.

        Raises Unavailable, or Refused for an address of another channel.
        """
        visitor, key = self._visitor_at(draft.address), part_key(draft.reply, 0)
        await self._feed.show(visitor, "partial", write_partial(draft), key=key)

    async def ping(self) -> None:
        """Nothing of its own to prove: the feed lives in the store, which `/readyz` names itself."""

    async def close(self) -> None:
        """No connections of its own."""

    def _visitor_at(self, address: Address) -> Conversation:
        session = address.data.get("session")
        if not session:
            raise Refused("the address names no web chat session")
        return self._conversation(session)

    def _conversation(self, session: str) -> Conversation:
        return Conversation(self.settings.tenant, self.name, session)


def bearer(headers: Mapping[str, str]) -> str:
    """The token of `Authorization: Bearer …`. Raises BadSignature when there is none."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise BadSignature("the header Authorization: Bearer with a session token is missing")
    return token.strip()
