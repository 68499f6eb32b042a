"""Notes who wanted a person while none was there, for those who come in the morning."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import structlog

from bot.errors import Unavailable
from bot.pipeline.duty import Duty
from bot.pipeline.handover import why_a_person
from bot.ports import Clock, MissedCalls
from bot.settings import TenantSettings
from bot.types import Missed, Outcome, Speaker, Turn

log = structlog.get_logger()

LINES: Final = 3
CHARS: Final = 200
"""Of a line."""


class MissedNotes:
    """Where a tenant has people, and outside their hours."""

    def __init__(self, tenants: Mapping[str, TenantSettings], missed: MissedCalls, clock: Clock) -> None:
        self._tenants = tenants
        self._duty = Duty(tenants, clock)
        self._missed = missed
        self._clock = clock

    async def note(self, turn: Turn) -> None:
        """Of a turn whose answer is out. A note that can't be kept costs nobody anything."""
        tenant = self._tenants.get(turn.conversation.tenant)  # None: it was renamed while this waited
        if tenant is None or tenant.people is None or self._duty.is_there(tenant.name):
            return
        reason = why_a_person(turn, tenant)
        if not reason or _was_handed_over(turn):
            return
        try:
            await self._missed.note(Missed(turn.conversation, self._clock(), reason, _said(turn)))
        except Unavailable as error:
            log.warning("missed_not_noted", reason=str(error))


def _was_handed_over(turn: Turn) -> bool:
    return turn.answer is not None and turn.answer.outcome is Outcome.HANDED_OFF


def _said(turn: Turn) -> tuple[str, ...]:
    """The customer's last lines: "转人工" alone tells nobody what it is about."""
    before = [line.text for line in turn.history if line.by is Speaker.CUSTOMER]
    return last_lines([*before, *(message.text for message in turn.messages)])


def last_lines(said: Iterable[str]) -> tuple[str, ...]:
    """Of what a customer said, as much as a note keeps."""
    return tuple(line[:CHARS] for line in [*said][-LINES:] if line)
