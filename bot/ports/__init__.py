"""What the core needs from outside, each as small as it can be.

Failing: everything here fails closed, with Unavailable, but for `Nudges`, which may lose what they carry
(hints that the sweeper repeats).
The contract suites in `tests/contracts` hold for every implementation.
"""

from bot.ports.alike import AlikeAnswers, Meanings
from bot.ports.dead import DeadLetters
from bot.ports.intents import Intents
from bot.ports.model import (
    Finder,
    Heard,
    MediaReader,
    Model,
    Moderator,
    Prompt,
    Retriever,
    ToolResult,
    ToolSpec,
    Transcriber,
)
from bot.ports.parking import Parking
from bot.ports.people import Bases, Greetings, MissedCalls, Opinions, People
from bot.ports.queue import Inbox, Leases, Line, Nudges, Outbox, Pulls, Schedule
from bot.ports.shared import Answers, Clock, Embeddings, Gaps, Marks, Rates, Token, Tokens
from bot.ports.shown import Feed, FeedEvent, Streamed, Streams
from bot.ports.summaries import Summaries
from bot.ports.waits import Waits

__all__ = [
    "AlikeAnswers",
    "Answers",
    "Bases",
    "Clock",
    "DeadLetters",
    "Embeddings",
    "Feed",
    "FeedEvent",
    "Finder",
    "Gaps",
    "Greetings",
    "Heard",
    "Inbox",
    "Intents",
    "Leases",
    "Line",
    "Marks",
    "Meanings",
    "MediaReader",
    "MissedCalls",
    "Model",
    "Moderator",
    "Nudges",
    "Opinions",
    "Outbox",
    "Parking",
    "People",
    "Prompt",
    "Pulls",
    "Rates",
    "Retriever",
    "Schedule",
    "Streamed",
    "Streams",
    "Summaries",
    "Token",
    "Tokens",
    "ToolResult",
    "ToolSpec",
    "Transcriber",
    "Waits",
]
