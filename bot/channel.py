"""The port to a platform: five verbs, spoken in plain values.

    RawRequest ──receive──► Message | Opinion | Greet | Entered | Ignored | Wake | Query | HttpAnswer
               ──acknowledge──► HttpAnswer
    Reply ──render──► parts ──send, one by one──► Receipt

Some platforms only say that there is something to fetch, and some want to be listened to:

    Source      Wake ──fetch, page by page──► Message | Ignored | Notice
    Listener    a connection of our own ──listen──► Message | Opinion, acknowledged once it was taken

Some have platforms that count:

    Paced       says how often it may be called

Some can do more for the customer:

    Drafting    show an answer while it is being made
    Interim     say something before the answer
    Carrier     bring the picture or the voice that a message only names
    HandsOver   pass a conversation on to people at the platform itself

The web framework stops at `adapters.server`; a platform's field names stop at its `payload.py`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from bot.types import Address, Conversation, Ignored, Media, Message, Opinion, Rate, Receipt, Reply


@dataclass(frozen=True, slots=True)
class RawRequest:
    """What arrived over HTTP, framework removed. Header names are lower case."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """What goes back over HTTP."""

    status: int = 200
    body: bytes = b""
    content_type: str = "text/plain"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wake:
    """The platform has something for us to fetch."""

    account: Conversation
    """Whose: the account stands where a conversation's customer does."""
    token: str
    """The platform's word for it, if it gave one."""


@dataclass(frozen=True, slots=True)
class Query:
    """The platform asks what became of a message that it brought before. Only its channel reads `about`."""

    about: str


@dataclass(frozen=True, slots=True)
class Greet:
    """Somebody came in, and is to be welcomed with this; at most once a day, however often they come."""

    welcome: Reply


@dataclass(frozen=True, slots=True)
class Entered:
    """Somebody came in, and the platform takes a welcome in the answer to its word of that, or never."""

    conversation: Conversation
    id: str


Taken = Message | Opinion | Greet | Entered | Ignored | Wake | Query
"""A message to answer, what a customer thinks of a reply, somebody to welcome (by a reply, or on the spot), a
genuine request without anything to do, a word that there is something to fetch, or a question of the
platform's own."""
Kept = Message | Opinion | Greet | Wake
"""What is stored before a platform hears that we have it."""
Keep = Callable[[Kept], Awaitable[None]]
"""Stores it for good. Raises Rejected or Unavailable when it did not, and nothing was stored."""
Received = Taken | HttpAnswer
"""The same, or an answer that needs nothing but the request (a handshake's)."""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that happened and is no message: the channel itself acts on it (`Source.heed`)."""

    kind: str
    conversation: Conversation
    at: float
    """Unix seconds, by the platform's clock."""
    data: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Undelivered:
    """A part that the platform took, and then could not bring."""

    reply: str
    part: int
    reason: str


@dataclass(frozen=True, slots=True)
class Page:
    """What one fetch brought, in the platform's order."""

    received: tuple[Message | Ignored | Notice, ...]
    cursor: str
    """Where the next fetch goes on."""
    more: bool
    """True when there is a next page now."""


@dataclass(frozen=True, slots=True)
class Part:
    """One request's worth of a reply, ready for the platform: within its size, in its dialect."""

    text: str
    suggestions: tuple[str, ...] = ()
    """Questions that the customer can pick, behind the last part of a reply."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer that is still being made."""

    reply: str
    """The id that its reply will have."""
    address: Address
    text: str
    """The whole text so far; it has passed moderation, and only ever grows."""


@dataclass(frozen=True, slots=True)
class Blob:
    """A picture, a voice message or a file, fetched."""

    data: bytes
    content_type: str
    """As the platform says, which need not be true."""


class Channel(Protocol):
    """One configured door. Made by `adapters.registry`; shared by all requests of a process."""

    @property
    def name(self) -> str:
        """As in the configuration."""
        ...

    def receive(self, request: RawRequest) -> Received:
        """Verify that the platform sent it, then read it. Pure: no I/O, no clock but the injected one.

        Raises Rejected (BadSignature, BadRequest) and nothing else, whatever the bytes.
        """
        ...

    async def acknowledge(self, received: Taken, request: RawRequest) -> HttpAnswer:
        """The platform's way of saying: stored, no need to send it again; what a Query asked for; a welcome.

        Called after a message is stored, with the request that brought it. Raises Unavailable.
        """
        ...

    def render(self, reply: Reply) -> list[Part]:
        """Cut and translate a reply into parts. Pure, so that a resumed delivery gets the same parts."""
        ...

    async def send(self, address: Address, part: Part, *, key: str) -> Receipt:
        """Hand one part to the platform.

        `key` is the same each time this part is tried, for platforms that take an idempotency key.
        Raises Unavailable (try again) or Refused (final).
        """
        ...

    async def ping(self) -> None:
        """Prove that we could send now: for `/readyz` and `kefu doctor`. Raises Unavailable or Refused."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


@runtime_checkable
class Paced(Protocol):
    """A channel whose platform takes only so many messages in a time."""

    @property
    def rate(self) -> Rate | None:
        """Of all that it sends, with whoever else sends for the same app; None: as many as one likes."""
        ...

    def rate_to(self, conversation: Conversation) -> Rate | None:
        """Of what one conversation gets."""
        ...


@runtime_checkable
class Source(Protocol):
    """A channel whose messages we fetch."""

    @property
    def accounts(self) -> Sequence[Conversation]:
        """Those to look at now and then, should a word be lost."""
        ...

    async def fetch(self, account: Conversation, *, cursor: str, token: str) -> Page:
        """The page behind `cursor`; empty: the oldest there is. Raises Unavailable or Refused."""
        ...

    async def heed(self, notice: Notice) -> Undelivered | None:
        """Act on what `fetch` told; what is to be given up. Raises Unavailable or Refused; may come again."""
        ...


Heard = Message | Opinion
"""What a listener brings."""
Take = Callable[[Heard], Awaitable[None]]
"""`Keep`, for what a listener brings."""


@runtime_checkable
class Listener(Channel, Protocol):
    """A door that fetches its messages itself, and so has no address to be called at."""

    async def listen(self, take: Take, stop: asyncio.Event) -> None:
        """Hand over what comes until `stop` is set; then finish what is at hand, and return.

        A message is acknowledged to the platform when `take` has returned, and not before.
        """
        ...


@runtime_checkable
class Drafting(Protocol):
    """A channel that can show an answer while it is being made."""

    @property
    def draft_every_s(self) -> float | None:
        """Seconds that should lie between two showings of one draft; None: it is set up to show none."""
        ...

    async def show(self, draft: Draft) -> None:
        """Show how far we got. The reply follows by `send` in any case, and takes the draft's place.

        Raises Unavailable or Refused: then this answer is shown no more before it is ready.
        """
        ...


@runtime_checkable
class Interim(Protocol):
    """A channel whose customers can hear something between question and answer, at no cost to the answer."""

    @property
    def takes_interim(self) -> bool:
        """False: not as it is set up."""
        ...


@runtime_checkable
class Carrier(Protocol):
    """A channel that can bring what came with a message."""

    async def fetch_media(self, media: Media, *, most: int) -> Blob:
        """Its bytes, `most` of them at most. Raises Unavailable, or Refused (gone, or too big)."""
        ...


@runtime_checkable
class HandsOver(Protocol):
    """A channel whose platform has people of its own, and knows who has which conversation.

    The platform's word is the truth there: the door brings no message while a person has the conversation.
    """

    async def hand_over(self, address: Address) -> None:
        """Let a person have it. May be called again when they have. Raises Unavailable or Refused."""
        ...
