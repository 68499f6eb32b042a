"""May this be asked at all?"""

from __future__ import annotations

from collections.abc import Mapping

import structlog

from bot import wording
from bot.pipeline.abuses import abuses
from bot.pipeline.clauses import clauses
from bot.pipeline.duty import Duty
from bot.pipeline.wants_person import wants_person
from bot.pipeline.words import BlockedWords
from bot.ports import Clock
from bot.safety.moderation import AWAY, Moderation
from bot.settings import TenantSettings
from bot.types import Answer, Outcome, Turn, changed

log = structlog.get_logger()


class Screen:
    """Gives a courteous line for what a shop won't be asked.

    Nobody is kept from a person for their words, and what becomes of insults is settled elsewhere
    (`bot.pipeline.handover`): most of the words that shops block are some.
    """

    name = "screen"

    def __init__(
        self, tenants: Mapping[str, TenantSettings], clock: Clock, moderation: Moderation | None = None
    ) -> None:
        self._tenants = tenants
        self._duty = Duty(tenants, clock)
        self._blocked = {
            name: BlockedWords(tenant.blocked_words if "in" in tenant.blocked_words_on else ())
            for name, tenant in tenants.items()
        }
        self._moderation = moderation

    async def __call__(self, turn: Turn) -> Turn:
        """Most turns pass through as they are."""
        why = await self._why_not(turn)
        tenant = self._tenants[turn.conversation.tenant]
        if not why or _is_for_people(turn, tenant):
            return turn
        log.warning("question_withheld", tenant=tenant.name, why=why)
        return withhold(turn, tenant, why, self._duty)

    async def _why_not(self, turn: Turn) -> str:
        if self._blocked[turn.conversation.tenant].are_in(turn.question):
            return "word"
        return await self._moderation.why_not(turn.question, "in") if self._moderation else ""


def _is_for_people(turn: Turn, tenant: TenantSettings) -> bool:
    said = clauses(*(message.text for message in turn.messages))
    answers_insults = tenant.people is not None and tenant.people.on_abuse == "answer"
    return wants_person(said) or (not answers_insults and abuses(said))


def withhold(turn: Turn, tenant: TenantSettings, why: str, duty: Duty) -> Turn:
    """End with the shop's line; with an apology, where it is not the customer's doing."""
    turn = changed(turn, withheld=why)
    if why == AWAY:
        away = Answer(wording.APOLOGY, Outcome.APOLOGISED, reason="the moderation server is away")
        return changed(turn, answer=away)
    return turn.finish(duty.line(tenant.name, tenant.withheld), Outcome.REFUSED)
