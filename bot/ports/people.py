"""What customers, and the people behind the bot, do besides asking and answering."""

from __future__ import annotations

from typing import Protocol

from bot.types import (
    Attended,
    Basis,
    Conversation,
    Missed,
    Opinion,
    Reply,
    Said,
)


class Greetings(Protocol):
    """Welcomes: replies that nothing was asked for."""

    async def greet(self, welcome: Reply) -> bool:
        """Put it in the outbox, once a day and conversation; False: that was done already."""
        ...

    async def in_place(self, conversation: Conversation) -> bool:
        """Whether a welcome would be: not while a person has the conversation."""
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

    async def say(self, attended: Attended, reply: Reply, line: Said, *, who: str, seconds: float) -> bool:
        """A person's words: reply out, history on, journal on, and the conversation theirs for as long again.

        One atomic act. False: nobody has it, or it was handed over anew since `attended` was read.
        """
        ...

    async def close(self, attended: Attended, reply: Reply, *, who: str) -> bool:
        """The bot has it again, and `reply` says so: one atomic act. False: as above."""
        ...

    async def take_back(self, attended: Attended, reply: Reply) -> bool:
        """The same, for one whose time is over. False: it is not, or somebody else was quicker."""
        ...

    async def overdue(self, *, limit: int) -> list[Attended]:
        """Those whose time is over, each given to one caller only for the next few seconds."""
        ...

    async def to_tell(self, *, limit: int) -> list[Attended]:
        """Those that people are to be told of now, given out in the same way."""
        ...

    async def told(self, attended: Attended) -> None:
        """People know of all the messages that `attended` counts; of more of them not before a minute.

        As with `not_told`: nothing is noted when it stands otherwise than `attended` says.
        """
        ...

    async def not_told(self, attended: Attended, *, delay: float | None) -> None:
        """It did not work: count the attempt, again in `delay` s; None: not before the customer writes."""
        ...


class MissedCalls(Protocol):
    """Who wanted a person while none was there, or none came."""

    async def note(self, missed: Missed) -> None:
        """Keep it for some days, or until many newer ones came."""
        ...

    async def since(self, tenant: str, at: float) -> list[Missed]:
        """Those noted since this Unix second, oldest first."""
        ...


class Bases(Protocol):
    """What answers rest on, kept for opinions on them."""

    async def note(self, conversation: Conversation, basis: Basis) -> None:
        """Of the conversation's newest answers; older ones are forgotten."""
        ...


class Opinions(Protocol):
    """What customers think of replies."""

    async def record(self, opinion: Opinion) -> None:
        """With what the reply rests on, if that is still known."""
        ...
