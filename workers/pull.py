"""Fetch what a platform holds for us, page by page, into the inboxes.

    wake ──► fetch a page ──► store its messages ──► move the cursor ──► next page … ──► done

The cursor moves only after the inboxes have the messages: a worker that dies in between fetches the page
again, and the inboxes know what they have.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import structlog

from bot.channel import Channel, Keep, Notice, Page, Source, Undelivered, Wake
from bot.errors import KefuError, LeaseLost, Refused, Rejected, Unavailable
from bot.ports import Clock, DeadLetters, Pulls, Rates
from bot.types import Conversation, DeliveryState, Ignored, Lease, Message, Pull, Rate, RetryAt, Work
from bot.waiting import for_ever
from workers import metrics
from workers.keeping import Keeper
from workers.retry import PULLING, decide

log = structlog.get_logger()

LOOK_S: Final = 90.0
"""Between looks at an account without a word from the platform, by all workers together: WeCom kf blocks who
comes without one more than ten times a minute."""
_LOOKED_S: Final = LOOK_S - 10
"""A worker alone looks again when it comes back, a moment early or late."""
_PAGES: Final = 20
"""Of one lease; then it is given back, and whoever takes it next goes on."""
_TOGETHER: Final = 50
"""Messages of a page in one trip to the store, and one script for each partition: none overtakes another."""
_MENDING_S: Final = 60.0
"""Until we try again after a refusal: the operator can mend it meanwhile."""


class Puller:
    """Does the PULL work of an account."""

    def __init__(
        self,
        channels: Mapping[str, Channel],
        pulls: Pulls,
        rates: Rates,
        letters: DeadLetters,
        keep: Keep,
        keeper: Keeper,
        clock: Clock,
    ) -> None:
        """`keep`: however many wait, as the platform does not bring them again."""
        self._sources = {name: source for name, source in channels.items() if isinstance(source, Source)}
        self._pulls = pulls
        self._rates = rates
        self._letters = letters
        self._keep = keep
        self._keeper = keeper
        self._clock = clock

    async def pull(self, account: Conversation) -> None:
        """Fetch all there is, if nobody else does. Running twice is harmless."""
        with structlog.contextvars.bound_contextvars(channel=account.channel):
            try:
                async with self._keeper.kept(account, Work.PULL) as lease:
                    if lease:
                        await self._everything(lease)
            except LeaseLost:
                log.warning("pull_dropped", reason="another worker has the account now")

    async def look_for_ever(self) -> None:
        """At the start and then now and again; run it as a task."""
        if self._accounts:
            await for_ever(self.look, every=LOOK_S, failing="look_failed")

    async def look(self) -> None:
        """At each known account, unless another worker just did: the platform's word may have been lost."""
        for account in self._accounts:
            try:
                if await self._rates.spare(Rate(f"look:{account}", 1, _LOOKED_S)) == 0:
                    await self._keep(Wake(account, ""))
            except Unavailable as error:
                log.warning("look_put_off", reason=str(error))

    @property
    def _accounts(self) -> list[Conversation]:
        return [account for source in self._sources.values() for account in source.accounts]

    async def _everything(self, lease: Lease) -> None:
        pull = await self._pulls.claim(lease)
        source = self._sources.get(lease.conversation.channel)
        if source is None:
            log.error("account_without_channel", mend="bring its channel back, or let its messages go")
            await self._pulls.done(lease, pull)
            return
        try:
            await self._pages(lease, source, pull)
        except LeaseLost:
            raise
        except KefuError as error:
            await self._later(lease, error)
        except Exception as error:  # a bug in a channel must not lose what the platform holds
            log.exception("pull_crashed")
            await self._later(lease, Unavailable(type(error).__name__))

    async def _pages(self, lease: Lease, source: Source, pull: Pull) -> None:
        cursor = pull.cursor
        for _ in range(_PAGES):
            page = await source.fetch(lease.conversation, cursor=cursor, token=pull.token)
            await self._store(source, page)
            if page.more and page.cursor == cursor:
                raise Unavailable("the platform says that there is more, and gives the same page")
            if page.cursor != cursor:
                await self._pulls.advance(lease, page.cursor)
            cursor = page.cursor
            if not page.more:
                await self._pulls.done(lease, pull)
                return

    async def _store(self, source: Source, page: Page) -> None:
        for received in _in_order(page.received):
            if isinstance(received, list):
                await self._store_all(received)
            elif isinstance(received, Notice):
                await self._heed(source, received)
            else:
                log.info("message_ignored", reason=received.reason)

    async def _store_all(self, messages: Sequence[Message]) -> None:
        """Raises Unavailable when all have been tried; those that are stored are stored once all the same."""
        results = await asyncio.gather(*map(self._store_one, messages), return_exceptions=True)
        for failed in filter(None, results):
            raise failed

    async def _store_one(self, message: Message) -> None:
        try:
            await self._keep(message)
        except Rejected as error:  # no store takes it, now or later: it must not stop the others
            log.warning("message_left_out", reason=str(error), mend="nothing: no store takes it")

    async def _heed(self, source: Source, notice: Notice) -> None:
        """A notice is worth one try: the messages behind it don't wait for it."""
        try:
            undelivered = await source.heed(notice)
            if undelivered:
                await self._give_up(notice.conversation, undelivered)
        except (Unavailable, Refused) as error:
            log.warning("notice_not_heeded", kind=notice.kind, reason=str(error))
        except Exception:  # a bug in a channel: put back, this page would come again for ever
            log.exception("notice_not_heeded", kind=notice.kind)

    async def _give_up(self, conversation: Conversation, what: Undelivered) -> None:
        listed = await self._letters.undelivered(conversation, what.reply, part=what.part, reason=what.reason)
        metrics.DELIVERIES.labels(conversation.channel, DeliveryState.FAILED.value).inc()
        log.error(
            "reply_not_delivered",
            reply=what.reply,
            state=DeliveryState.FAILED.value,
            reason=what.reason,
            mend="mend the reason, then `kefu dead list`" if listed else "too late to send it once more",
        )

    async def _later(self, lease: Lease, error: KefuError) -> None:
        pull = await self._pulls.claim(lease)  # a page that was stored began the count anew
        now = self._clock()
        asked = error.retry_after if isinstance(error, Unavailable) else _MENDING_S
        decision = decide(
            PULLING, attempts=pull.attempts, age=0, now=now, spread=random.random(), asked=asked
        )
        assert isinstance(decision, RetryAt), "PULLING has no end"
        log.warning("pull_put_back", reason=str(error), attempts=pull.attempts + 1)
        await self._pulls.put_back(lease, pull, delay=decision.at - now)


def _in_order(
    received: Sequence[Message | Ignored | Notice],
) -> Iterator[list[Message] | Ignored | Notice]:
    """Messages that follow one another, some together; all else by itself."""
    messages: list[Message] = []
    for one in received:
        if isinstance(one, Message):
            messages.append(one)
        if messages and (len(messages) == _TOGETHER or not isinstance(one, Message)):
            yield messages
            messages = []
        if not isinstance(one, Message):
            yield one
    if messages:
        yield messages
