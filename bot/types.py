"""The values that travel from a customer's message to the platform's receipt.

All are frozen: a step that changes one returns a new one. All but `Turn` cross process borders as JSON
(`bot.store.codec`), so their fields are plain.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Self


@dataclass(frozen=True, slots=True)
class Conversation:
    """One customer (or one group) talking to one tenant over one channel: the unit of order.

    Tenant and channel names hold no colon (`bot.settings` sees to it), so the text form is unambiguous
    even when a platform's customer id holds one.
    """

    tenant: str
    channel: str
    customer: str

    def __str__(self) -> str:
        return f"{self.tenant}:{self.channel}:{self.customer}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read back what `str()` wrote. Raises ValueError on anything else."""
        tenant, channel, customer = text.split(":", 2)
        return cls(tenant, channel, customer)


@dataclass(frozen=True, slots=True)
class Address:
    """Where a reply can go. Opaque to the core: only the channel that made it reads `data`."""

    data: dict[str, str]
    expires_at: float | None = None
    """Unix seconds after which no way in `data` leads anywhere; None: it does not expire."""
    most: int | None = None
    """Parts that the platform takes until the customer writes again; None: any number."""
    own: bool = False
    """True where each message shows as open until it has a reply of its own."""


@dataclass(frozen=True, slots=True)
class Media:
    """A picture, a voice message or a file that came with a message, and has not been fetched yet."""

    kind: str
    """image, voice, video or file."""
    handle: dict[str, str]
    """Where it is to be had. Opaque to the core: only the channel that made it reads it."""
    name: str = ""
    """What the customer's device called it; empty: nothing. Never a path to write to."""


@dataclass(frozen=True, slots=True)
class Message:
    """One thing a customer said."""

    id: str
    """The platform's own id, unique within the channel: what a repeated delivery is recognised by."""
    conversation: Conversation
    text: str
    """What was said, in words; empty when `kind` is not text and the platform gave no words for it."""
    sent_at: float
    """Unix seconds, by the platform's clock."""
    address: Address
    kind: str = "text"
    """text, image, voice, video, file, location, link or other."""
    sender: str = ""
    """Who in the conversation: differs from its customer in a group."""
    media: tuple[Media, ...] = ()
    """What came along, in the customer's order."""


@dataclass(frozen=True, slots=True)
class Ignored:
    """A genuine request that needs no answer, and why (a receipt, an event nobody handles)."""

    reason: str


class Speaker(StrEnum):
    """Who said a line of the history."""

    CUSTOMER = "customer"
    BOT = "bot"
    PERSON = "person"
    """Of the shop's own people."""


@dataclass(frozen=True, slots=True)
class Said:
    """One line of a conversation's history."""

    by: Speaker
    text: str
    at: float


@dataclass(frozen=True, slots=True)
class Passage:
    """Evidence for an answer, traceable to the document it came from."""

    id: str
    text: str
    """What the customer may be told: an FAQ entry's answer, or a piece of a document."""
    title: str
    """An FAQ entry's question, or the path of headings above a piece of a document."""
    source: str
    """File name and line or row, as the shop's manager would look it up."""
    score: float
    """How well it fits the question, 0 to 1 (`knowledge.fuse`)."""
    is_faq: bool = False
    """True when `text` was written as an answer and can be sent as it stands."""


class Outcome(StrEnum):
    """How a turn ended: the main figure of the service."""

    ANSWERED = "answered"
    """By the model, from passages."""
    FAQ = "faq"
    """By an FAQ entry's own answer."""
    CACHED = "cached"
    """By an earlier answer to the same question."""
    CLARIFIED = "clarified"
    """By asking back."""
    REFUSED = "refused"
    """By a polite line: not in the knowledge, or not to be answered."""
    HANDED_OFF = "handed_off"
    """By passing it on to a person."""
    APOLOGISED = "apologised"
    """By an honest line, because something of ours did not work."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What we will say, and why that kind."""

    text: str
    outcome: Outcome
    sources: tuple[str, ...] = ()
    """`Passage.source` of each passage it rests on."""
    suggestions: tuple[str, ...] = ()
    """Questions to offer behind it, where the door can."""


@dataclass(frozen=True, slots=True)
class Image:
    """A picture that a model can look at. It never leaves the process that fetched it."""

    data: bytes
    content_type: str


@dataclass(frozen=True, slots=True)
class Turn:
    """One question on its way to an answer. A pipeline step takes one and returns the next."""

    conversation: Conversation
    messages: tuple[Message, ...]
    """What the customer said, oldest first; never empty."""
    deadline: float
    """Unix seconds by which the answer should be ready."""
    attempts: int = 0
    """How often answering them was tried before."""
    history: tuple[Said, ...] = ()
    """What was said before, oldest first."""
    images: tuple[Image, ...] = ()
    """The pictures among the messages, as far as they could be looked at."""
    unseen: tuple[str, ...] = ()
    """The kinds of what came along and could be neither looked at nor listened to."""
    passages: tuple[Passage, ...] = ()
    """What the knowledge holds on it, best first."""
    nearest: tuple[Passage, ...] = ()
    """The nearest FAQ entry for each thing that was asked, in the customer's order."""
    draft: Answer | None = None
    """An answer that still has to pass moderation."""
    answer: Answer | None = None
    """The final answer; a turn that has one is finished."""
    trail: dict[str, float] = field(default_factory=dict)
    """Seconds spent in each step, by its name."""
    show: Callable[[str], None] | None = None
    """Shows the customer how far the answer got: the whole text so far, moderated. None: the door can't."""

    @property
    def question(self) -> str:
        """The customer's words, one message a line."""
        return "\n".join(message.text for message in self.messages if message.text)

    def finish(self, text: str, outcome: Outcome, suggestions: Sequence[str] = ()) -> Turn:
        """End here, with a line of our own wording, and questions to offer behind it."""
        return replace(self, answer=Answer(text, outcome, suggestions=tuple(suggestions)))


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer with an address on it. Its id makes committing and sending repeatable."""

    id: str
    conversation: Conversation
    address: Address
    text: str
    outcome: Outcome | None
    """None: no turn of the bot's (a welcome, a person's words)."""
    answers: tuple[str, ...]
    """Ids of the messages it answers."""
    created_at: float
    sources: tuple[str, ...] = ()
    suggestions: tuple[str, ...] = ()
    """Questions to offer behind it, where the door can."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a customer thinks of a reply."""

    conversation: Conversation
    reply: str
    """The reply's id."""
    good: bool
    at: float
    words: str = ""
    """Why, if they said so."""


class DeliveryState(StrEnum):
    """Where a reply stands. Drawn in DECISIONS.md."""

    QUEUED = "queued"
    """In the outbox; no part was sent yet."""
    SENDING = "sending"
    """Some parts are with the platform."""
    SENT = "sent"
    """The platform took every part."""
    EXPIRED = "expired"
    """Its address ran out before the platform took it."""
    FAILED = "failed"
    """The platform refused it, or would not take it in time."""

    @property
    def final(self) -> bool:
        """True when nothing more will be tried."""
        return self in (DeliveryState.SENT, DeliveryState.EXPIRED, DeliveryState.FAILED)


@dataclass(frozen=True, slots=True)
class Delivery:
    """A reply on its way out; resumes at the first part the platform has not taken."""

    reply: Reply
    next_part: int = 0
    attempts: int = 0
    last_error: str = ""
    sent_since: int = 0
    """Parts, of this reply and others, that the platform took since the customer last wrote."""
    unanswered: int = 0
    """Messages of the conversation whose answer is still to come."""
    replies: int = 1
    """How many were put together, where the platform takes few messages."""

    @property
    def state(self) -> DeliveryState:
        """QUEUED or SENDING: a delivery that is over has left the outbox."""
        return DeliveryState.SENDING if self.next_part else DeliveryState.QUEUED


@dataclass(frozen=True, slots=True)
class Receipt:
    """The platform's word that it took a part."""

    platform_id: str
    accepted_at: float


class Work(StrEnum):
    """The kinds of work a conversation can need. Each has its own lease and its own schedule."""

    ANSWER = "answer"
    DELIVER = "deliver"
    PULL = "pull"
    """Of an account whose messages we fetch: it stands where a conversation's customer does."""


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to do one kind of work on one conversation, while it is renewed.

    `fence` grows with every lease given. The store refuses a write under any but the newest, so a worker
    that was paused beyond its lease cannot speak out of turn when it wakes.
    """

    conversation: Conversation
    work: Work
    fence: int


@dataclass(frozen=True, slots=True)
class Claim:
    """What the holder of an ANSWER lease works on."""

    messages: tuple[Message, ...]
    history: tuple[Said, ...]
    attempts: int
    """How often answering these messages was tried and put back before."""
    person: bool = False
    """True while a person has the conversation: the messages are for them."""


@dataclass(frozen=True, slots=True)
class HandOver:
    """What a commit does besides: from that moment a person has the conversation."""

    reason: str
    """Why, in a word for the list."""
    seconds: float
    """Until the bot takes it back, should no person say anything."""
    tell: bool
    """True where there is a way to tell people that somebody waits."""


@dataclass(frozen=True, slots=True)
class Attended:
    """A conversation that a person has, or that waits for one. The bot is silent in it."""

    conversation: Conversation
    address: Address
    """Where a person's words go: that of the customer's last message."""
    reason: str
    since: float
    until: float
    """When the bot takes it back, should no person say anything. Unix seconds, as all times here."""
    said_at: float
    """When the customer last wrote."""
    waits_since: float | None
    """When the customer began to wait for a word of a person's; None: they had one."""
    who: str = ""
    """Who of the people spoke last; empty: nobody yet."""
    messages: int = 0
    """Of the customer's, since a person is to have it."""
    told: int = 0
    """Of them, those that people were told of."""
    attempts: int = 0
    """How often telling them did not work since it last did."""


@dataclass(frozen=True, slots=True)
class Pull:
    """What the holder of a PULL lease works on."""

    wake: str
    """The last word that there is something to fetch; empty: nothing is known to wait."""
    token: str
    """The platform's, from that word; may be empty."""
    cursor: str
    """How far we got; empty: never fetched, or forgotten."""
    attempts: int


class Acceptance(StrEnum):
    """What the inbox did with a message."""

    STORED = "stored"
    REPEATED = "repeated"
    """It was there already: a platform delivered it again."""
    FULL = "full"
    """The conversation holds too many unanswered messages; nothing was stored."""


@dataclass(frozen=True, slots=True)
class RetryAt:
    """Try again at this time (unix seconds)."""

    at: float


@dataclass(frozen=True, slots=True)
class GiveUp:
    """Stop trying, and why."""

    reason: str
