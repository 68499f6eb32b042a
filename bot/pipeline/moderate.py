"""The last look at what will be said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import structlog

from bot import wording
from bot.pipeline.words import BlockedWords
from bot.settings import TenantSettings
from bot.types import Outcome, Turn

log = structlog.get_logger()


class Moderate:
    """Turns a draft into the answer; withholds one that holds a word on the tenant's list."""

    name = "moderate"

    def __init__(self, tenants: Mapping[str, TenantSettings]) -> None:
        self._tenants = tenants
        self._blocked = {name: BlockedWords(tenant.blocked_words) for name, tenant in tenants.items()}

    async def __call__(self, turn: Turn) -> Turn:
        """Every draft leaves here as an answer."""
        if turn.draft and self._blocked[turn.conversation.tenant].are_in(turn.draft.text):
            log.warning("answer_withheld", tenant=turn.conversation.tenant, outcome=turn.draft.outcome.value)
            people = self._tenants[turn.conversation.tenant].people
            return turn.finish(wording.WITHHELD_WITH_PEOPLE if people else wording.WITHHELD, Outcome.REFUSED)
        return replace(turn, answer=turn.draft)
