"""Tells those who run Kefu of what was given up: one message for all of it, now and then.

Safe to run in every worker at once: one of them is given what is new. The log and the list have it all the
same, so a group that can't be told is tried again when the next message is due.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final, Protocol

import structlog

from bot import wording
from bot.errors import Refused, Unavailable
from bot.ports import DeadLetters
from bot.types import APOLOGISED, DeadLetter
from bot.waiting import for_ever
from workers import metrics

log = structlog.get_logger()

EVERY_S: Final = 10.0
_SHOWN: Final = 5
"""Lines of one message; what is beyond them is counted."""
_REASON: Final = 200
"""Characters of a reason."""


class Group(Protocol):
    """The way to them."""

    async def tell(self, text: str) -> None:
        """Raises Unavailable or Refused."""
        ...


class Alarm:
    """Looks for what was given up."""

    def __init__(self, letters: DeadLetters, group: Group, *, pause_s: float) -> None:
        """`pause_s` lies between two messages at least."""
        self._letters = letters
        self._group = group
        self._pause_s = pause_s

    async def run(self) -> None:
        """For ever; run it as a task."""
        await for_ever(self.look, every=EVERY_S, failing="alarm_put_off")

    async def look(self) -> None:
        """Tell of what is new, if it is our turn. Raises Unavailable when the store is away."""
        letters = await self._letters.to_tell(every=self._pause_s)
        if not letters:
            return
        try:
            await self._group.tell(words(letters))
        except (Unavailable, Refused) as error:
            _not_told(len(letters), str(error))
            return
        await self._letters.told(letters)
        metrics.ALERTS.labels("told").inc()
        log.info("operators_told", letters=len(letters))


def _not_told(letters: int, reason: str) -> None:
    metrics.ALERTS.labels("failed").inc()
    log.error("operators_not_told", letters=letters, reason=reason, mend="see [alerts]")


def words(letters: Sequence[DeadLetter]) -> str:
    """By channel and reason, the most first; nothing that a customer said, or was to be told."""
    kinds = Counter(
        (letter.state == APOLOGISED, letter.reply.conversation.channel, letter.reason) for letter in letters
    )
    shown = kinds.most_common(_SHOWN)
    lines = [
        (wording.ONLY_APOLOGISED if apologised else wording.NOT_DELIVERED).format(
            channel=channel, count=count, reason=reason[:_REASON]
        )
        for (apologised, channel, reason), count in shown
    ]
    more = len(letters) - sum(count for _, count in shown)
    if more:
        lines.append(wording.MORE_REASONS.format(count=more))
    return "\n".join([*lines, wording.HOW_TO_MEND])
