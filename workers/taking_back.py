"""The bot has a conversation again whose time with a person is over, whoever is first to see that it is."""

from __future__ import annotations

import structlog

from bot.errors import Unavailable
from bot.pipeline.missed import last_lines
from bot.ports import Clock, MissedCalls, Nudges, People
from bot.replies import back_again
from bot.types import Attended, Conversation, Missed, Speaker, Work
from workers import metrics

log = structlog.get_logger()


class TakingBack:
    """From people who were heard, and from those who never came: those were missed."""

    def __init__(self, people: People, missed: MissedCalls, nudges: Nudges, clock: Clock) -> None:
        self._people = people
        self._missed = missed
        self._nudges = nudges
        self._clock = clock

    async def of(self, conversation: Conversation) -> None:
        """The customer wrote when a person's time was over. Raises Unavailable."""
        if attended := await self._people.get(conversation):
            await self.take_back(attended)

    async def take_back(self, attended: Attended) -> None:
        """Once, and the customer is told; not when it is not over after all. Raises Unavailable.

        Noted first: whoever dies in between leaves a conversation that is noted and taken back once more, and
        the list shows each customer once. Noted behind it, they would be on no list.
        """
        unheard = attended.waits_since is not None
        if unheard:
            await self._note(attended)
        if not await self._people.take_back(attended, back_again(attended, now=self._clock())):
            return
        metrics.TAKEN_BACK.inc()
        log.info("taken_back", conversation=_door(attended.conversation), unheard=unheard)
        self._nudges.nudge(Work.DELIVER, attended.conversation)

    async def _note(self, attended: Attended) -> None:
        """A note that can't be kept costs nobody anything."""
        try:
            history = await self._people.history(attended.conversation)
            said = last_lines(line.text for line in history if line.by is Speaker.CUSTOMER)
            await self._missed.note(Missed(attended.conversation, self._clock(), attended.reason, said))
        except Unavailable as error:
            log.warning("missed_not_noted", reason=str(error))


def _door(conversation: Conversation) -> str:
    """For the log, without the customer's id."""
    return f"{conversation.tenant}:{conversation.channel}"
