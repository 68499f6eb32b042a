"""The inbound path on one page: verify and parse, accept, nudge, acknowledge.

200 means "stored safely", nothing more; whatever is slow happens in a worker. When the store is down we
raise Unavailable (503) before anything is acknowledged, and the platform's own retry brings the message
again.
"""

from __future__ import annotations

import structlog

from adapters import metrics
from bot.channel import Channel, Entered, Greet, Heard, HttpAnswer, RawRequest, Wake
from bot.errors import TooMany
from bot.ports import Greetings, Inbox, Nudges, Opinions, Pulls
from bot.types import Acceptance, Ignored, Message, Opinion, Work

log = structlog.get_logger()


class Intake:
    """Takes what a platform sends."""

    def __init__(
        self, inbox: Inbox, greetings: Greetings, opinions: Opinions, pulls: Pulls, nudges: Nudges
    ) -> None:
        self._inbox = inbox
        self._greetings = greetings
        self._opinions = opinions
        self._pulls = pulls
        self._nudges = nudges

    async def take(self, channel: Channel, request: RawRequest) -> HttpAnswer:
        """Handle one callback. Raises Rejected for the caller's faults and Unavailable for ours."""
        received = channel.receive(request)
        if isinstance(received, HttpAnswer):
            return received
        if isinstance(received, Entered) and not await self._greetings.in_place(received.conversation):
            received = Ignored("a welcome, while a person has the conversation")
        if isinstance(received, Ignored):
            metrics.RECEIVED.labels(channel.name, "ignored").inc()
            log.info("message_ignored", channel=channel.name, reason=received.reason)
        elif isinstance(received, Wake):
            await self.wake(received)
        elif isinstance(received, Greet):
            await self.greet(received)
        elif isinstance(received, Message | Opinion):
            await self.hear(received)
        return await channel.acknowledge(received, request)

    async def hear(self, heard: Heard) -> None:
        """Take what a listener brought. Raises Unavailable and TooMany."""
        if isinstance(heard, Opinion):
            await self.note(heard)
        else:
            await self.store(heard)

    async def store(self, message: Message) -> None:
        """Put a message in the inbox and wake a worker. A repeated one is stored already: no error."""
        acceptance = await self._inbox.accept(message)
        conversation = message.conversation
        metrics.RECEIVED.labels(conversation.channel, acceptance.value).inc()
        log.debug(  # counted above; a line for each would cost as much as storing it
            "message_received", channel=conversation.channel, acceptance=acceptance.value, kind=message.kind
        )
        if acceptance is Acceptance.FULL:
            raise TooMany("too many unanswered messages in this conversation")
        if acceptance is Acceptance.STORED:
            self._nudges.nudge(Work.ANSWER, conversation)

    async def wake(self, wake: Wake) -> None:
        """Note that an account has something to fetch, and wake a worker."""
        await self._pulls.wake(wake.account, wake.token)
        metrics.RECEIVED.labels(wake.account.channel, "wake").inc()
        self._nudges.nudge(Work.PULL, wake.account)

    async def greet(self, greet: Greet) -> None:
        """Have somebody welcomed who came in; not again on the same day."""
        conversation = greet.welcome.conversation
        fresh = await self._greetings.greet(greet.welcome)
        metrics.RECEIVED.labels(conversation.channel, "greet" if fresh else "greeted").inc()
        if fresh:
            self._nudges.nudge(Work.DELIVER, conversation)

    async def note(self, opinion: Opinion) -> None:
        """Keep what a customer thinks of a reply."""
        await self._opinions.record(opinion)
        metrics.RECEIVED.labels(opinion.conversation.channel, "opinion").inc()
