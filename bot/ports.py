"""What the core needs from outside, each as small as it can be.

Failing: everything here fails closed, with Unavailable, but for `Nudges`, which may lose what they carry
(hints that the sweeper repeats).
The contract suites in `tests/contracts` hold for every implementation.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.channel import Blob
from bot.types import (
    Acceptance,
    Attended,
    Claim,
    Conversation,
    Delivery,
    DeliveryState,
    HandOver,
    Image,
    Lease,
    Message,
    Opinion,
    Passage,
    Pull,
    Receipt,
    Reply,
    Said,
    Work,
)


class Inbox(Protocol):
    """What customers said and we have not answered yet."""

    async def accept(self, message: Message) -> Acceptance:
        """Store a message once, and note that its conversation waits: one atomic act."""
        ...

    async def claim(self, lease: Lease, *, limit: int, lines: int) -> Claim:
        """The `limit` oldest messages, left where they are until `commit`, and the newest `lines` of history.

        Raises LeaseLost.
        """
        ...

    async def put_back(self, lease: Lease, *, delay: float) -> None:
        """Answering did not work: count the attempt, have it tried again in `delay` s. Raises LeaseLost."""
        ...

    async def commit(
        self,
        lease: Lease,
        claim: Claim,
        reply: Reply,
        said: Sequence[Said],
        hand_over: HandOver | None = None,
    ) -> None:
        """Reply out, history on, journal on, inbox off, a person on: one atomic act. Raises LeaseLost."""
        ...

    async def pass_on(
        self, lease: Lease, claim: Claim, said: Sequence[Said], replies: Sequence[Reply], *, tell: bool
    ) -> bool:
        """For the person who has the conversation: inbox off, history on, journal on: one atomic act.

        `replies` go out; with `tell`, people are to be told. False: nobody has it any more, and nothing
        was moved. Raises LeaseLost.
        """
        ...


class Outbox(Protocol):
    """Replies on their way to a platform, in order per conversation."""

    async def head(self, lease: Lease) -> Delivery | None:
        """The delivery to go on with, or None when nothing is left. Raises LeaseLost."""
        ...

    async def begin(self, lease: Lease, delivery: Delivery) -> None:
        """Its replies will be sent as one, whatever comes behind them meanwhile. Raises LeaseLost."""
        ...

    async def part_sent(self, lease: Lease, delivery: Delivery, receipt: Receipt) -> None:
        """One more part is with the platform. Raises LeaseLost."""
        ...

    async def finish(self, lease: Lease, delivery: Delivery, state: DeliveryState, reason: str = "") -> None:
        """SENT, EXPIRED or FAILED: off the outbox, into the journal. Raises LeaseLost."""
        ...

    async def postpone(self, lease: Lease, delivery: Delivery, *, delay: float, error: str) -> None:
        """Count the attempt, have it tried again in `delay` s. Raises LeaseLost."""
        ...


class Greetings(Protocol):
    """Welcomes: replies that nothing was asked for."""

    async def greet(self, welcome: Reply) -> bool:
        """Put it in the outbox, once a day and conversation; False: that was done already."""
        ...


class People(Protocol):
    """Conversations that a person has, or that wait for one. `Inbox.commit` puts them there."""

    async def all(self) -> list[Attended]:
        """Those who wait longest first."""
        ...

    async def get(self, conversation: Conversation) -> Attended | None:
        """How it stands, also when its time is over; None: nobody has it, and nobody had."""
        ...

    async def history(self, conversation: Conversation) -> list[Said]:
        """What was said, oldest first."""
        ...

    async def say(self, reply: Reply, line: Said, *, who: str, seconds: float) -> bool:
        """A person's words: reply out, history on, journal on, and the conversation theirs for as long again.

        One atomic act. False: nobody has it.
        """
        ...

    async def close(self, reply: Reply, *, who: str) -> bool:
        """The bot has it again, and `reply` says so: one atomic act. False: nobody has it."""
        ...

    async def take_back(self, reply: Reply) -> bool:
        """The same, for one whose time is over. False: it is not, or somebody else was quicker."""
        ...

    async def overdue(self, *, limit: int) -> list[Attended]:
        """Those whose time is over, each given to one caller only for the next few seconds."""
        ...

    async def to_tell(self, *, limit: int) -> list[Attended]:
        """Those that people are to be told of now, given out in the same way."""
        ...

    async def told(self, attended: Attended) -> None:
        """People know of all the messages that `attended` counts; of more of them not before a minute."""
        ...

    async def not_told(self, attended: Attended, *, delay: float | None) -> None:
        """It did not work: count the attempt, again in `delay` s; None: not before the customer writes."""
        ...


class Opinions(Protocol):
    """What customers think of replies."""

    async def record(self, opinion: Opinion) -> None:
        """Into the journal."""
        ...


class Leases(Protocol):
    """One worker at a time for one kind of work on one conversation."""

    async def take(self, conversation: Conversation, work: Work) -> Lease | None:
        """The lease, or None while another worker has it."""
        ...

    async def renew(self, lease: Lease) -> None:
        """Keep it for another term. Raises LeaseLost."""
        ...

    async def release(self, lease: Lease) -> bool:
        """Give it back; True when more work came in meanwhile. A lease already lost is no error."""
        ...


class Pulls(Protocol):
    """Accounts whose messages we fetch: which have something, and how far we got."""

    async def wake(self, account: Conversation, token: str) -> None:
        """Note that there is something to fetch; words that follow one another are one."""
        ...

    async def claim(self, lease: Lease) -> Pull:
        """What to fetch, left where it is until `done`. Raises LeaseLost."""
        ...

    async def advance(self, lease: Lease, cursor: str) -> None:
        """The page before `cursor` is in the inboxes. Raises LeaseLost."""
        ...

    async def done(self, lease: Lease, pull: Pull) -> None:
        """Nothing was left to fetch; a word that came since the claim stays. Raises LeaseLost."""
        ...

    async def put_back(self, lease: Lease, *, delay: float) -> None:
        """Fetching did not work: count the attempt, have it tried again in `delay` s. Raises LeaseLost."""
        ...


class Schedule(Protocol):
    """Which conversations are due for work that nobody holds: lost nudges, dead leases, due retries."""

    async def overdue(self, work: Work, *, limit: int) -> list[Conversation]:
        """Up to `limit` of them, each given to one caller only for the next few seconds."""
        ...

    async def waiting(self) -> dict[Work, int]:
        """How many conversations need each kind of work."""
        ...

    async def ping(self) -> None:
        """Raises Unavailable when the store can't be written."""
        ...


class Nudges(Protocol):
    """Tells a worker that a conversation has work. A hint: may be lost or doubled without harm."""

    def nudge(self, work: Work, conversation: Conversation) -> None:
        """Never blocks and never raises: what it can't pass on, the sweeper will find."""
        ...


@dataclass(frozen=True, slots=True)
class Token:
    """An access token and its remaining life in seconds."""

    value: str
    life: float


class Tokens(Protocol):
    """Access tokens shared by all processes."""

    async def get(self, key: str, fetch: Callable[[], Awaitable[Token]], *, refused: str = "") -> str:
        """The token under `key`; fetched by one caller at a time when there is none.

        `refused` names a token that the platform would not take: it is fetched anew only if the cached one
        is still that one, so a burst of refusals costs one fetch.
        """
        ...


@dataclass(frozen=True, slots=True)
class FeedEvent:
    """One thing that a browser should see."""

    id: str
    """Orders them, and is what `Last-Event-ID` names; empty: it is not kept, and not to be resumed from."""
    kind: str
    data: str
    """JSON."""


class Feed(Protocol):
    """What a web chat visitor gets to see: kept for a while, so that a cut connection can resume."""

    async def publish(self, conversation: Conversation, kind: str, data: str, *, key: str) -> str:
        """Append an event once per `key`, and wake whoever follows. Returns its id."""
        ...

    async def show(self, conversation: Conversation, kind: str, data: str, *, key: str) -> None:
        """Let followers see how far something got, until it is published under `key`; never later.

        Only the newest is kept, for a short while; what is shorter than the last is passed over.
        """
        ...

    def follow(self, conversation: Conversation, after: str) -> AsyncIterator[FeedEvent | None]:
        """Events later than `after` (empty: all kept), then new ones, and what is shown, as they come.

        Yields None every few seconds while nothing comes, so that the caller can tell a dead connection.
        """
        ...


@dataclass(frozen=True, slots=True)
class Streamed:
    """What a poll is told."""

    text: str
    """The whole answer, or how far it got; empty while there is nothing, and when it comes another way."""
    over: bool
    """True when polling can end."""


class Streams(Protocol):
    """Replies that a platform fetches, poll by poll, for a limited time. Kept for an hour.

    Each is either taken or closed, and never both: whoever comes second finds what the first one did.
    """

    async def open(self, id_: str, *, seconds: float) -> None:
        """Polls are told to wait for so long from now. A stream that is open already stays as it is."""
        ...

    async def poll(self, id_: str) -> Streamed:
        """Take the answer if it is there. A stream past its time, or unknown, is closed."""
        ...

    async def show(self, id_: str, text: str) -> None:
        """What polls are told until the answer is laid out; what is shorter than the last is passed over."""
        ...

    async def offer(self, id_: str, text: str, *, patience: float) -> bool:
        """Lay the answer out, and wait up to `patience` s until a poll took it.

        False: none did, and none will, as the stream is closed now; the answer must go another way.
        """
        ...


class Marks(Protocol):
    """What one process wants all to know was done, for a while."""

    async def leave(self, mark: str, *, seconds: float) -> None:
        """It was done."""
        ...

    async def has(self, mark: str) -> bool:
        """Whether it was; False also when that was too long ago."""
        ...


@dataclass(frozen=True, slots=True)
class Prompt:
    """What the model is asked: the stable part first, so that a server's prefix cache hits."""

    system: str
    history: tuple[Said, ...]
    question: str
    images: tuple[Image, ...] = ()
    """What the question is about, where the model sees."""


Heard = Callable[[str], None]
"""Is told the whole text so far, each time the model said more. Must return at once, and raise nothing."""


class Model(Protocol):
    """A chat model."""

    async def complete(self, prompt: Prompt, *, timeout: float, heard: Heard | None = None) -> str:
        """The model's words. Raises Unavailable (also past `timeout` seconds) or Refused."""
        ...

    async def ping(self) -> None:
        """Raises Unavailable when it could not answer now."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


class MediaReader(Protocol):
    """Brings what came with a message: fetched, found to be what it says it is, and kept for a while."""

    async def read(self, message: Message, number: int) -> Blob:
        """`message.media[number]`, with a content type that is true; fetched once while it is kept.

        Raises Unavailable, or Refused (gone, too big, or something else than it says).
        """
        ...


class Transcriber(Protocol):
    """Writes down what was spoken."""

    async def transcribe(self, voice: Blob) -> str:
        """The words; empty when there are none. Raises Unavailable or Refused."""
        ...

    async def ping(self) -> None:
        """Raises Unavailable or Refused when it could not listen now."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


class Retriever(Protocol):
    """Finds passages of one tenant's knowledge."""

    async def search(self, tenant: str, text: str, *, limit: int) -> list[Passage]:
        """Best first. Raises Unavailable."""
        ...

    async def ping(self) -> None:
        """Raises Unavailable when a search would."""
        ...


class Clock(Protocol):
    """Tells the time, so that tests can."""

    def __call__(self) -> float:
        """Unix seconds."""
        ...
