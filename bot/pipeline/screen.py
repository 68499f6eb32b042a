"""May this be asked at all?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import structlog

from bot import wording
from bot.pipeline.wants_person import wants_person
from bot.pipeline.words import BlockedWords
from bot.safety.moderation import AWAY, Moderation
from bot.settings import TenantSettings
from bot.types import Answer, Outcome, Turn

log = structlog.get_logger()


class Screen:
    """Gives a courteous line for what a shop won't be asked. Nobody is kept from a person for their words."""

    name = "screen"

    def __init__(self, tenants: Mapping[str, TenantSettings], moderation: Moderation | None = None) -> None:
        self._tenants = tenants
        self._blocked = {
            name: BlockedWords(tenant.blocked_words if "in" in tenant.blocked_words_on else ())
            for name, tenant in tenants.items()
        }
        self._moderation = moderation

    async def __call__(self, turn: Turn) -> Turn:
        """Most turns pass through as they are."""
        why = await self._why_not(turn)
        if not why or any(wants_person(message.text) for message in turn.messages):
            return turn
        tenant = self._tenants[turn.conversation.tenant]
        log.warning("question_withheld", tenant=tenant.name, why=why)
        return withhold(turn, tenant, why)

    async def _why_not(self, turn: Turn) -> str:
        if self._blocked[turn.conversation.tenant].are_in(turn.question):
            return "word"
        return await self._moderation.why_not(turn.question, "in") if self._moderation else ""


def withhold(turn: Turn, tenant: TenantSettings, why: str) -> Turn:
    """End with the shop's line; with an apology, where it is not the customer's doing."""
    turn = replace(turn, withheld=why)
    if why == AWAY:
        away = Answer(wording.APOLOGY, Outcome.APOLOGISED, reason="the moderation server is away")
        return replace(turn, answer=away)
    return turn.finish(tenant.withheld, Outcome.REFUSED)
