"""What the shop's people can do with a conversation: see it, speak in it, give it back."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Final, Protocol

from bot import replies
from bot.errors import BadRequest, NotFound
from bot.ports import Clock, Nudges, People
from bot.settings import PeopleSettings, Settings
from bot.store.records import DeliveryEnded
from bot.types import Attended, Conversation, DeliveryState, Said, Speaker, Work
from bot.wiring import tenants_of

MAX_CHARS: Final = 4000
"""Of one thing that a person says."""
_SENT_WITHIN_S: Final = 10.0
_LOOK_S: Final = 0.2


class Journal(Protocol):
    """How deliveries ended: of what people said, and of all that did not arrive."""

    async def ends(self, conversation: Conversation) -> list[DeliveryEnded]:
        """The newest first."""
        ...


@dataclass(frozen=True, slots=True)
class Seen:
    """A conversation, as a person needs to see it."""

    attended: Attended | None
    history: list[Said]
    failed: list[DeliveryEnded]
    """Replies that did not arrive, oldest first."""


class Clerk:
    """A person at the desk. Raises KefuError throughout."""

    def __init__(
        self, settings: Settings, people: People, journal: Journal, nudges: Nudges, clock: Clock
    ) -> None:
        self._tenants = tenants_of(settings)
        self._people = people
        self._journal = journal
        self._nudges = nudges
        self._clock = clock

    async def all(self) -> list[Attended]:
        """Who waits, the longest first, then who has somebody."""
        return await self._people.all()

    async def look(self, conversation: Conversation) -> Seen:
        """All there is to know of it."""
        ends = await self._journal.ends(conversation)
        return Seen(
            await self._people.get(conversation),
            await self._people.history(conversation),
            [end for end in reversed(ends) if end.state is not DeliveryState.SENT],
        )

    async def say(
        self, conversation: Conversation, text: str, *, who: str, patience: float = _SENT_WITHIN_S
    ) -> DeliveryEnded | None:
        """How its delivery ended; None when it has not within `patience` seconds."""
        if not text.strip() or len(text) > MAX_CHARS:
            raise BadRequest(f"a text of 1 to {MAX_CHARS} characters is needed")
        attended, now = await self._attended(conversation), self._clock()
        reply = replies.from_person(attended, text, now=now)
        line = Said(Speaker.PERSON, text, now)
        seconds = self._seconds(conversation)
        if not await self._people.say(attended, reply, line, who=who, seconds=seconds):
            raise _nobody_has(conversation)
        self._nudges.nudge(Work.DELIVER, conversation)
        return await self._end_of(conversation, reply.id, patience)

    async def close(self, conversation: Conversation, *, who: str) -> None:
        """The bot has it again."""
        attended = await self._attended(conversation)
        rate = self._people_of(conversation).ask_rating and attended.who != ""
        back = replies.back_again(attended, now=self._clock(), closed=True, rate=rate)
        if not await self._people.close(attended, back, who=who):
            raise _nobody_has(conversation)
        self._nudges.nudge(Work.DELIVER, conversation)

    async def _attended(self, conversation: Conversation) -> Attended:
        attended = await self._people.get(conversation)
        if attended is None:
            raise _nobody_has(conversation)
        return attended

    def _seconds(self, conversation: Conversation) -> float:
        return self._people_of(conversation).timeout_minutes * 60

    def _people_of(self, conversation: Conversation) -> PeopleSettings:
        """A tenant that is gone, or has no people any more: what was begun is ended in the usual way."""
        tenant = self._tenants.get(conversation.tenant)
        return tenant.people if tenant and tenant.people else PeopleSettings.model_validate({})

    async def _end_of(self, conversation: Conversation, reply: str, patience: float) -> DeliveryEnded | None:
        until = asyncio.get_running_loop().time() + patience
        while True:
            for end in await self._journal.ends(conversation):
                if end.reply == reply:
                    return end
            if asyncio.get_running_loop().time() >= until:
                return None
            await asyncio.sleep(_LOOK_S)


def _nobody_has(conversation: Conversation) -> NotFound:
    return NotFound(f"nobody has {conversation}: it is the bot's; see `kefu people list`")
