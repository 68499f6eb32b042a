"""Answering without the model, where more wait than it can answer in time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from bot import wording
from bot.pipeline.duty import Duty
from bot.pipeline.faq import from_faq
from bot.ports import Clock
from bot.settings import TenantSettings
from bot.types import Answer, Outcome, Turn, changed

TOO_MANY_WAIT: Final = "too many wait"


class Relieve:
    """By the FAQ, or by a person who is there. Whom neither can help is answered as ever: they waited."""

    name = "relieve"

    def __init__(self, tenants: Mapping[str, TenantSettings], clock: Clock) -> None:
        self._tenants = tenants
        self._duty = Duty(tenants, clock)

    async def __call__(self, turn: Turn) -> Turn:
        """Most turns pass through as they are; what is recalled needs no model either."""
        if not turn.crowded or turn.draft:
            return turn
        if draft := from_faq(turn, self._tenants[turn.conversation.tenant]):
            return changed(turn, draft=replace(draft, reason=TOO_MANY_WAIT))
        if self._duty.is_there(turn.conversation.tenant):
            answer = Answer(wording.HANDED_OFF_AS_BUSY, Outcome.HANDED_OFF, reason=TOO_MANY_WAIT)
            return changed(turn, answer=answer)
        return turn
