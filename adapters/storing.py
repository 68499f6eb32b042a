"""What comes in goes into the store: each kind to its place, and a worker is woken."""

from __future__ import annotations

import structlog

from adapters import metrics
from adapters.quick import in_time
from bot.channel import Greet, Kept, Wake
from bot.errors import TooMany
from bot.ports import Greetings, Inbox, Nudges, Opinions, Pulls
from bot.types import Acceptance, Message, Opinion, Work

log = structlog.get_logger()


class Storing:
    """`bot.channel.Keep` that is done once the store has it."""

    def __init__(
        self, inbox: Inbox, greetings: Greetings, opinions: Opinions, pulls: Pulls, nudges: Nudges
    ) -> None:
        self._inbox = inbox
        self._greetings = greetings
        self._opinions = opinions
        self._pulls = pulls
        self._nudges = nudges

    async def keep(self, item: Kept, *, promised: bool = False, within: float | None = None) -> None:
        """Store it. Raises Rejected, and Unavailable, `within` so many seconds.

        `promised`: its platform heard already that we have it, so there can't be too many.
        """
        if isinstance(item, Message):
            await self._store(item, promised=promised, within=within)
        else:
            await in_time(lambda: self._keep(item), within)

    async def _keep(self, item: Wake | Greet | Opinion) -> None:
        if isinstance(item, Wake):
            await self._wake(item)
        elif isinstance(item, Greet):
            await self._greet(item)
        else:
            await self._note(item)

    async def _store(self, message: Message, *, promised: bool, within: float | None) -> None:
        """Put a message in the inbox and wake a worker. A repeated one is stored already: no error."""
        acceptance = await self._inbox.accept(message, promised=promised, within=within)
        conversation = message.conversation
        metrics.received(conversation.channel, acceptance.value)
        log.debug(  # counted above; a line for each would cost as much as storing it
            "message_received", channel=conversation.channel, acceptance=acceptance.value, kind=message.kind
        )
        if acceptance is Acceptance.FULL:
            raise TooMany("too many unanswered messages in this conversation")
        if acceptance is Acceptance.STORED:
            self._nudges.nudge(Work.ANSWER, conversation)

    async def _wake(self, wake: Wake) -> None:
        """Note that an account has something to fetch, and wake a worker."""
        await self._pulls.wake(wake.account, wake.token)
        metrics.received(wake.account.channel, "wake")
        self._nudges.nudge(Work.PULL, wake.account)

    async def _greet(self, greet: Greet) -> None:
        """Have somebody welcomed who came in; not again on the same day."""
        conversation = greet.welcome.conversation
        fresh = await self._greetings.greet(greet.welcome)
        metrics.received(conversation.channel, "greet" if fresh else "greeted")
        if fresh:
            self._nudges.nudge(Work.DELIVER, conversation)

    async def _note(self, opinion: Opinion) -> None:
        """Keep what a customer thinks of a reply."""
        await self._opinions.record(opinion)
        metrics.received(opinion.conversation.channel, "opinion")
