"""A reply as a card: made, growing while the answer is, finished.

    show ──► made ──► growing ──► …      each update costs quota: `adapters.dingtalk.pace` says when one goes
    send ──► made, if it is not ──► finished      or Refused: the words go as an ordinary message

Another process than the one that showed a card may have to finish it. The card's id and the last update's
`guid` are the same for both, and a mark says that the card was delivered. Without the mark (whoever made the
card died before leaving it) it is delivered again: a card seen twice is better than one never seen.
"""

from __future__ import annotations

import asyncio
import uuid
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import structlog

from adapters.access import CredentialsRefused, TokenRefused
from adapters.dingtalk.card_api import CardApi
from adapters.dingtalk.client import DingTalkClient
from adapters.dingtalk.errors import TooFast
from adapters.dingtalk.pace import FIRST_GAP_S, Pace, of_drafts
from adapters.dingtalk.route import Route
from adapters.dingtalk.track import Tracks
from bot.errors import Refused, Throttled, Unavailable
from bot.ports import Clock, Marks, Rates
from bot.settings import DingTalkRobotSettings
from bot.waiting import end
from bot.wording import ANSWER_FOLLOWS

log = structlog.get_logger()

TRIES: Final = 3
"""At finishing a card, before the words go as a message: for some templates streaming fails for ever with a
500 (reports), and the words matter more than the card."""
_OF_THE_APP: Final = (Throttled, TokenRefused, CredentialsRefused)
"""No card's failure: the words would meet the same."""
_MARKED_S: Final = 24 * 3600
"""Longer than any delivery is tried."""
_REMEMBERED: Final = 2000
_TOO_FAST_S: Final = 2.0
"""As DingTalk's own connector waits."""


@dataclass(slots=True)
class _Card:
    """What this process knows of a card."""

    track: str
    pace: Pace
    is_made: bool = False
    is_over: bool = False
    failures: int = 0
    refused: str = ""
    """Why it will never be."""
    showing: asyncio.Task[None] | None = None
    """What is under way. No update may overtake the last one, so whoever finishes the card waits for it."""

    @property
    def is_busy(self) -> bool:
        """Whether something is under way."""
        return self.showing is not None and not self.showing.done()


class Cards:
    """One channel's cards."""

    def __init__(
        self,
        settings: DingTalkRobotSettings,
        client: DingTalkClient,
        tracks: Tracks,
        marks: Marks,
        rates: Rates,
        clock: Clock,
    ) -> None:
        self.offer = bool(settings.card_suggestions_key)
        """Whether the template has a place for questions to ask next."""
        self._api = CardApi(settings, client)
        self._tracks = tracks
        self._marks = marks
        self._channel = settings.name
        self._updates = settings.card_updates
        self._clock = clock
        self._rates = rates
        self._rate = of_drafts(settings)
        self._known: OrderedDict[str, _Card] = OrderedDict()

    async def show(self, reply: str, route: Route, text: str) -> None:
        """Show how far the answer got, if that is worth a call now. Raises Refused or Unavailable.

        Whoever calls may lose patience; what is under way goes on, as a call half made is one not known of.
        """
        card, now = self._card(reply, route), self._clock()
        if card.is_over or card.is_busy or not card.pace.allows(now):
            return
        card.showing = asyncio.create_task(self._show(card, route, text, now), name="dingtalk-card")
        card.showing.add_done_callback(_heard)
        await asyncio.shield(card.showing)

    async def finish(
        self, reply: str, route: Route, text: str, *, guid: str, suggestions: Sequence[str]
    ) -> str:
        """Show the finished answer; the card's id. May be repeated. Raises Refused or Unavailable."""
        card = self._card(reply, route)
        if card.showing is not None:
            await asyncio.wait({card.showing})
        try:
            await self._finish(card, route, text, guid)
        except Refused as error:
            await self._abandon(card, error)
            raise
        except _OF_THE_APP:
            raise
        except Unavailable:
            card.failures += 1
            raise
        if suggestions:
            await self._suggest(card, suggestions)
        return card.track

    async def close(self) -> None:
        """End what is under way."""
        await end({card.showing for card in self._known.values() if card.showing})

    async def _show(self, card: _Card, route: Route, text: str, now: float) -> None:
        if await self._rates.spare(self._rate):
            return
        try:
            await self._grow(card, route, text, now)
        except TooFast:
            card.pace.rest(now, _TOO_FAST_S)
        except Refused as error:
            await self._abandon(card, error)
            raise

    async def _grow(self, card: _Card, route: Route, text: str, now: float) -> None:
        if card.is_made:
            await self._api.stream(card.track, text, guid=uuid.uuid4().hex)
            card.pace.spend(now)
        else:
            await self._make(card, route, text)
            card.pace.rest(now, FIRST_GAP_S)

    async def _finish(self, card: _Card, route: Route, text: str, guid: str) -> None:
        if card.refused:
            raise Refused(card.refused)
        if card.failures >= TRIES:
            raise Refused(f"DingTalk: a card failed {TRIES} times")
        if card.is_over:
            return
        if not card.is_made:
            await self._make(card, route, text)
        await self._api.stream(card.track, text, guid=guid, is_last=True)
        card.is_over = True

    async def _make(self, card: _Card, route: Route, text: str) -> None:
        mark = f"dingtalk-card:{card.track}"
        if not await self._marks.has(mark):
            if not await self._api.create(card.track, route, text):
                await self._api.deliver(card.track, route)
            card.is_made = True  # whatever becomes of the mark: this process shows it once
            await self._mark(mark)
        card.is_made = True

    async def _mark(self, mark: str) -> None:
        """The words matter more: without it another process may deliver the card once more, should we die."""
        try:
            await self._marks.leave(mark, seconds=_MARKED_S)
        except Unavailable as error:
            log.warning("dingtalk_card_not_marked", channel=self._channel, reason=str(error))

    async def _abandon(self, card: _Card, reason: Refused) -> None:
        """Let a card that was begun end, or it would seem to think for ever. The words come behind it."""
        if card.refused:
            return
        card.refused, card.is_over = str(reason), True
        if not card.is_made:
            return
        try:
            await self._api.stream(
                card.track, ANSWER_FOLLOWS, guid=uuid.uuid4().hex, is_last=True, is_error=True
            )
        except (Refused, Unavailable) as error:
            log.warning("dingtalk_card_left_open", channel=self._channel, reason=str(error))

    async def _suggest(self, card: _Card, suggestions: Sequence[str]) -> None:
        try:
            await self._api.suggest(card.track, suggestions)
        except (Refused, Unavailable) as error:  # the answer itself is out
            log.warning("dingtalk_card_without_suggestions", channel=self._channel, reason=str(error))

    def _card(self, reply: str, route: Route) -> _Card:
        track = self._tracks.make(reply, route.customer)
        card = self._known.setdefault(track, _Card(track, Pace(self._updates)))
        self._known.move_to_end(track)
        if len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)  # what is forgotten costs a look at its mark
        return card


def _heard(showing: asyncio.Task[None]) -> None:
    """Whoever waited for it may have left; then nobody else would ask how it ended."""
    if not showing.cancelled():
        showing.exception()
