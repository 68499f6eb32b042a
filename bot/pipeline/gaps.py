"""Notes what the knowledge has no good answer to, for the one who keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import structlog

from bot.errors import Unavailable
from bot.ports import Clock, Gaps
from bot.safety.personal import anonymous
from bot.settings import TenantSettings
from bot.types import Gap, Outcome, Turn

log = structlog.get_logger()

GAP_CHARS: Final = 200
"""Of a question. What is longer is a story, and fills no gap as it stands."""


class GapNotes:
    """Notes each question that the pipeline was at a loss with."""

    def __init__(self, tenants: Mapping[str, TenantSettings], gaps: Gaps, clock: Clock) -> None:
        self._tenants = tenants
        self._gaps = gaps
        self._clock = clock

    async def note(self, turn: Turn) -> None:
        """Of a turn whose answer is out. A note that can't be kept costs nobody anything."""
        tenant = self._tenants.get(turn.conversation.tenant)  # None: it was renamed while this waited
        if tenant and tenant.gap_days and (gap := gap_of(turn, tenant, now=self._clock())):
            try:
                await self._gaps.note(tenant.name, gap, days=tenant.gap_days)
            except Unavailable as error:
                log.warning("gap_not_noted", reason=str(error))


def gap_of(turn: Turn, tenant: TenantSettings, *, now: float) -> Gap | None:
    """A question that was refused, or answered from knowledge that is not near it; else None.

    What became of the draft afterwards, a blocked word say, is nothing that the knowledge lacks.
    """
    if not turn.question or turn.draft is None or turn.tool_calls or turn.blind:
        return None
    best = max(turn.passages, key=lambda passage: passage.score, default=None)
    near = best is not None and best.score >= tenant.faq_confidence
    if turn.draft.outcome is not Outcome.REFUSED and near:
        return None
    question = anonymous(turn.question)[:GAP_CHARS]
    return Gap(question, now, turn.draft.outcome, best.title if best else "", best.score if best else 0.0)
