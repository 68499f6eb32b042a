"""The last look at what will be said."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import structlog

from bot.pipeline.checks import Checks
from bot.pipeline.duty import Duty
from bot.pipeline.screen import withhold
from bot.pipeline.words import BlockedWords
from bot.ports import Clock
from bot.safety.moderation import Moderation
from bot.settings import TenantSettings
from bot.types import Answer, Outcome, Turn, changed

log = structlog.get_logger()

_BY_A_MODEL: Final = (Outcome.ANSWERED, Outcome.CACHED)
"""The shop's own lines are the shop's own affair."""


class Moderate:
    """Turns a draft into the answer; withholds one that must not be said."""

    name = "moderate"

    def __init__(
        self,
        tenants: Mapping[str, TenantSettings],
        checks: Mapping[str, Checks],
        clock: Clock,
        moderation: Moderation | None = None,
    ) -> None:
        self._tenants = tenants
        self._checks = checks
        self._duty = Duty(tenants, clock)
        self._blocked = {
            name: BlockedWords(tenant.blocked_words if "out" in tenant.blocked_words_on else ())
            for name, tenant in tenants.items()
        }
        self._moderation = moderation

    async def __call__(self, turn: Turn) -> Turn:
        """Every draft leaves here as an answer."""
        if turn.draft and (why := await self._why_not(turn, turn.draft)):
            tenant = self._tenants[turn.conversation.tenant]
            log.warning("answer_withheld", tenant=tenant.name, outcome=turn.draft.outcome.value, why=why)
            return withhold(turn, tenant, why, self._duty)
        return changed(turn, answer=turn.draft)

    async def _why_not(self, turn: Turn, draft: Answer) -> str:
        tenant = turn.conversation.tenant
        if self._blocked[tenant].are_in(draft.text):
            return "word"
        if why := self._checks[tenant].why_not(draft.text, turn):
            return why
        if self._moderation and draft.outcome in _BY_A_MODEL:
            return await self._moderation.why_not(draft.text, "out")
        return ""
