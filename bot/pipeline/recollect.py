"""What was said too long ago to be read word for word."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import structlog

from bot.errors import Unavailable
from bot.ports import Summaries
from bot.settings import TenantSettings
from bot.types import Said, Summary, Turn, changed

log = structlog.get_logger()

LONG: Final = 4
"""Lines; fewer are always read word for word."""


class Recollect:
    """Puts the summary of a long conversation into the turn."""

    name = "recollect"

    def __init__(self, tenants: Mapping[str, TenantSettings], summaries: Summaries) -> None:
        self._tenants = tenants
        self._summaries = summaries

    async def __call__(self, turn: Turn) -> Turn:
        """A summary that can't be read costs the turn nothing else."""
        if len(turn.history) < LONG:
            return turn
        try:
            summary = await self._summaries.of(turn.conversation)
        except Unavailable as error:
            log.debug("summary_not_read", reason=str(error))
            return turn
        minutes = self._tenants[turn.conversation.tenant].limits.conversation_minutes
        if summary is None or not _leads_to(summary, turn.history[0], minutes):
            return turn
        return changed(turn, summary=summary)


def _leads_to(summary: Summary, first: Said, minutes: float) -> bool:
    """Whether no silence lies between, after which another conversation began; 0 minutes: none does."""
    return not minutes or first.at - summary.upto < minutes * 60
