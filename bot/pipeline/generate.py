"""The draft: by the model from the passages, or by the knowledge's own words while it is away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import structlog

from bot import wording
from bot.errors import Refused, Unavailable
from bot.model import prompt
from bot.pipeline.decide import decided, refusal
from bot.pipeline.ground import may_be_seen
from bot.pipeline.preview import Preview
from bot.pipeline.words import BlockedWords
from bot.ports import Clock, Heard, Model
from bot.settings import ModelSettings, TenantSettings
from bot.types import Answer, Outcome, Turn

log = structlog.get_logger()

_FOR_THE_REST_S: Final = 2.0
"""Of the turn's time: a model that uses up its share still leaves room for the FAQ's answer."""


class Generate:
    """Asks the model. While it is away: FAQ mode."""

    name = "generate"

    def __init__(
        self,
        tenants: Mapping[str, TenantSettings],
        model: Model,
        settings: ModelSettings,
        clock: Clock,
    ) -> None:
        self._tenants = tenants
        self._blocked = {name: BlockedWords(tenant.blocked_words) for name, tenant in tenants.items()}
        self._model = model
        self._settings = settings
        self._clock = clock

    async def __call__(self, turn: Turn) -> Turn:
        """Never raises for a model that is away: the FAQ answers, or an honest line does.

        A turn that has a draft keeps it.
        """
        if turn.draft:
            return turn
        return replace(turn, draft=await self._draft(turn, self._tenants[turn.conversation.tenant]))

    async def _draft(self, turn: Turn, tenant: TenantSettings) -> Answer:
        asked = prompt.build(turn, tenant, self._settings)
        timeout = turn.deadline - self._clock() - _FOR_THE_REST_S
        try:
            text = await self._model.complete(asked, timeout=timeout, heard=self._preview(turn, tenant))
        except (Unavailable, Refused) as error:
            log.warning("model_away", reason=str(error))
            return decided(turn, tenant) or Answer(wording.APOLOGY, Outcome.APOLOGISED)
        if text == tenant.refusal:
            return refusal(tenant)
        return Answer(text, Outcome.ANSWERED, tuple(passage.source for passage in turn.passages))

    def _preview(self, turn: Turn, tenant: TenantSettings) -> Heard | None:
        """Only where the door can show it: a plain completion costs us less."""
        if turn.show is None:
            return None
        passes = may_be_seen(turn, tenant)
        return Preview(turn.show, self._blocked[tenant.name], tenant.refusal, passes).hear
