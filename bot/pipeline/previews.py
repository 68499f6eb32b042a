"""Previews of turns, by what their tenants let customers see."""

from __future__ import annotations

from collections.abc import Mapping

from bot.pipeline.ground import may_be_seen
from bot.pipeline.preview import Preview
from bot.pipeline.words import BlockedWords
from bot.ports import Heard
from bot.settings import TenantSettings
from bot.types import Turn


class Previews:
    """For whoever asks a model."""

    def __init__(self, tenants: Mapping[str, TenantSettings]) -> None:
        self._tenants = tenants
        self._blocked = {name: BlockedWords(tenant.blocked_words) for name, tenant in tenants.items()}

    def of(self, turn: Turn) -> Heard | None:
        """Only where the door can show it: a plain completion costs us less."""
        if turn.show is None:
            return None
        tenant = self._tenants[turn.conversation.tenant]
        passes, refusals = may_be_seen(turn, tenant), (tenant.refusal, turn.question)
        return Preview(turn.show, self._blocked[tenant.name], refusals, passes).hear
