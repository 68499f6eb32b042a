"""How long what the store would not take is left alone."""

from __future__ import annotations

import random
from typing import Final

import structlog

from bot.types import Conversation, RetryAt
from workers.retry import STORING, decide

log = structlog.get_logger()

_MEND: Final = "mend the store (`kefu doctor` looks at it): nothing is lost, and it goes on by itself"
_MOST: Final = 10_000
"""Conversations: a store that refuses one for ever is rare, and one that refuses all is noticed."""


class Refusals:
    """Of one kind of work in one process: each refusal in a row doubles the pause of its conversation.

    A store that refuses needs somebody's hand. To come back at once would ask the model, or even send the
    reply, again and again until then. They are no attempts: nothing was wrong with the work itself.
    """

    def __init__(self) -> None:
        self._in_a_row: dict[Conversation, int] = {}

    def pause(self, conversation: Conversation, event: str, why: str) -> float:
        """Seconds, for one that was refused just now; told as `event`. Once may be a hiccup."""
        before = self._in_a_row.pop(conversation, 0)
        while len(self._in_a_row) >= _MOST:
            del self._in_a_row[next(iter(self._in_a_row))]
        self._in_a_row[conversation] = before + 1
        again = decide(STORING, attempts=before, age=0, now=0, spread=random.random())
        assert isinstance(again, RetryAt), "STORING has no end"
        tell = log.error if before else log.warning
        tell(event, reason=why, seconds=round(again.at, 1), mend=_MEND)
        return again.at

    def over(self, conversation: Conversation) -> None:
        """The store took it."""
        self._in_a_row.pop(conversation, None)
