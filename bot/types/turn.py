"""One question on its way to an answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from bot.types.changed import changed
from bot.types.message import Conversation, Message
from bot.types.question import Question, Recalled
from bot.types.slots import NO_SLOTS, Slots
from bot.types.tool import ToolUse

_HARDLY: Final = 0.1
"""Of the best passage's probability: one with less is hardly meant."""


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
    slots: Slots | None = None
    """What was kept in mind when it was said; None: nothing, or an older version of ours wrote it."""
    unsure: bool = False
    """True: the bot's, and no good answer."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What was said first in a long conversation, in a model's words."""

    text: str
    upto: float
    """`Said.at` of the last line that it tells of."""


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
    """The probability that it answers the question (`knowledge.confidence`). Those of all passages together
    are the probability that the knowledge answers it at all."""
    is_faq: bool = False
    """True when `text` was written as an answer and can be sent as it stands."""
    audience: tuple[str, ...] = ()
    """The channels whose customers may be told of it; none: all."""
    edition: str = ""
    """The state of the knowledge in which it was found: another once anything in it changed."""
    by_words: bool = False
    """True: found by words in common alone, so it is near, and no answer as it stands."""
    spoken_of: bool = False
    """True: it fits best together with what was said before, whatever its score."""
    codes: tuple[str, ...] = ()
    """A product's numbers, which mean it and nothing like it."""

    @property
    def is_untitled(self) -> bool:
        """A document without headings has the name of its file, or a page its address, for a title: these are
        not for a shop's customers."""
        return self.source.startswith(f"{self.title}:") or f":{self.title} " in self.source


class Outcome(StrEnum):
    """How a turn ended: the main figure of the service."""

    ANSWERED = "answered"
    """By the model, from passages."""
    FAQ = "faq"
    """By an FAQ entry's own answer, or by a document's own words."""
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
    CHATTED = "chatted"
    """By a courteous line: nothing was asked."""
    RATED = "rated"
    """By thanks: they were asked for a rating, and gave one."""
    LIMITED = "limited"
    """By a line that asks for patience, or in silence: one customer asked very often."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What we will say, and why that kind."""

    text: str
    """Empty: nothing is said."""
    outcome: Outcome
    sources: tuple[str, ...] = ()
    """`Passage.source` of each passage it rests on."""
    suggestions: tuple[str, ...] = ()
    """Questions to offer behind it, where the door can."""
    reason: str = ""
    """Why there is no better one, for the operator."""
    leaves_open: bool = False
    """True: what waited for the model before (`Turn.parked`) is not answered by it."""


@dataclass(frozen=True, slots=True)
class Checked:
    """How a model's draft stood up to what it was given."""

    faults: tuple[str, ...] = ()
    """The kinds of what was wrong with it, each once."""
    again: bool = False
    """The model was asked once more."""
    withheld: bool = False
    """Something else was said instead."""


@dataclass(frozen=True, slots=True)
class Image:
    """A picture that a model can look at. It never leaves the process that fetched it."""

    data: bytes
    content_type: str


@dataclass(frozen=True)
class Turn:
    """One question on its way to an answer. A pipeline step takes one and returns the next."""

    conversation: Conversation
    messages: tuple[Message, ...]
    """What the customer said, oldest first; never empty."""
    deadline: float
    """Unix seconds by which the answer should be ready."""
    attempts: int = 0
    """How often answering them was tried before."""
    anew: bool = False
    """It was begun before, with fewer messages."""
    history: tuple[Said, ...] = ()
    """What was said before, oldest first."""
    summary: Summary | None = None
    """What was said before that, in few words; None: nothing, or nobody summed it up."""
    slots: Slots = NO_SLOTS
    """What the conversation keeps in mind, with what these messages name."""
    images: tuple[Image, ...] = ()
    """The pictures among the messages, as far as they could be looked at."""
    unseen: tuple[str, ...] = ()
    """The kinds of what came along and could be neither looked at nor listened to."""
    intent: str = ""
    """What the customer is up to: an `Intent`, or the name of one of the tenant's own; empty: not known."""
    key: str = ""
    """What it has in common with all turns that should get the same answer; empty: with none."""
    asked: Question | None = None
    """What turns in other words are held against that should get it, too; None: none should."""
    recalled: Recalled | None = None
    """Whether such an answer was there; None: none was looked for."""
    passages: tuple[Passage, ...] = ()
    """What the knowledge holds on it, best first."""
    blind: str = ""
    """Why the knowledge could not be looked into, or not well, for the operator; empty: it was."""
    nearest: tuple[Passage, ...] = ()
    """What fits best, for each thing that was asked, in the customer's order."""
    offered: tuple[str, ...] = ()
    """Names of the tools that the model may use for this customer."""
    tool_calls: tuple[ToolUse, ...] = ()
    """What was looked up or done for it, in order."""
    crowded: bool = False
    """True: more wait than the model can answer in time."""
    parks: bool = False
    """True: it can wait for a model that is away."""
    parked: int = 0
    """Of the messages, the first so many that waited for it."""
    draft: Answer | None = None
    """An answer that still has to pass moderation."""
    beside: str = ""
    """What is asked beside that, as far as the draft leaves it open; empty: nothing."""
    postscript: str = ""
    """A line of ours that goes behind the answer, whatever that says; empty: none."""
    checked: Checked | None = None
    """How the draft stood up to what the model was given; None: no model made it."""
    answer: Answer | None = None
    """The final answer; a turn that has one is finished."""
    withheld: str = ""
    """Why what was asked, or the draft, got a courteous line instead; empty: it did not."""
    trail: dict[str, float] = field(default_factory=dict)
    """Seconds spent in each step, by its name."""
    show: Callable[[str], None] | None = None
    """Shows the customer how far the answer got: the whole text so far, moderated. None: the door can't."""

    @property
    def given(self) -> tuple[Passage, ...]:
        """The passages that a model reads: without the tail of those that are hardly meant.

        Each further one costs time, and leads a small model astray (DECISIONS.md). The order may be a
        reranker's, so none is left out in front of one that counts; and of several questions each keeps what
        fits it best.
        """
        least = _HARDLY * max((passage.score for passage in self.passages), default=0.0)
        counts = [at for at, passage in enumerate(self.passages) if passage.score >= least]
        end = counts[-1] + 1 if counts else 0
        nearest = {passage.id for passage in self.nearest}
        tail = (one for one in self.passages[end:] if one.spoken_of or one.id in nearest)
        return (*self.passages[:end], *tail)

    @property
    def waits_in_part(self) -> bool:
        """Whether some of it waited for the model before, and some came since."""
        return 0 < self.parked < len(self.messages)

    @property
    def question(self) -> str:
        """The customer's words, one message a line."""
        return "\n".join(message.text for message in self.messages if message.text)

    def finish(self, text: str, outcome: Outcome, suggestions: Sequence[str] = ()) -> Turn:
        """End here, with a line of our own wording, and questions to offer behind it."""
        return changed(self, answer=Answer(text, outcome, suggestions=tuple(suggestions)))
