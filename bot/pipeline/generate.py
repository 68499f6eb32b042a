"""The draft: by the model from the passages, or by the knowledge's own words while it is away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import structlog

from bot import wording
from bot.errors import Refused, Unavailable
from bot.model import prompt
from bot.model.structured import Structured, read, structured
from bot.pipeline.decide import refuses, where_the_model_refuses
from bot.pipeline.duty import Duty
from bot.pipeline.previews import Previews
from bot.pipeline.run import time_for_model
from bot.pipeline.without_model import without_model
from bot.ports import Clock, Model
from bot.settings import ModelSettings, TenantSettings
from bot.types import Answer, Outcome, Turn, changed

log = structlog.get_logger()

ASKS_FOR_A_PERSON: Final = "the model asks for a person"
UNSURE: Final = "the model is unsure"
_SURE: Final = 0.5


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
        self._previews = Previews(tenants)
        self._model = model
        self._settings = settings
        self._clock = clock
        self._duty = Duty(tenants, clock)

    async def __call__(self, turn: Turn) -> Turn:
        """For a model that is away the FAQ answers, or an honest line does. Raises Away if the turn can wait.

        A turn that has a draft keeps it.
        """
        if turn.draft:
            return turn
        return changed(turn, draft=await self._draft(turn, self._tenants[turn.conversation.tenant]))

    async def _draft(self, turn: Turn, tenant: TenantSettings) -> Answer:
        asked = prompt.build(turn, tenant, self._settings)
        has_form = self._settings.structured == "auto" and turn.show is None
        asked = structured(asked) if has_form else asked
        timeout = time_for_model(turn, self._clock())
        try:
            text = await self._model.complete(asked, timeout=timeout, heard=self._previews.of(turn))
            said = read(text) if has_form else Structured(text)
        except (Unavailable, Refused) as error:
            log.warning("model_away", reason=str(error))
            return without_model(turn, tenant, error)
        if refuses(said.answer, turn, tenant):
            return where_the_model_refuses(turn, tenant)
        if said.needs_human and self._duty.is_there(tenant.name):
            return Answer(wording.HANDED_OFF_AS_UNSURE, Outcome.HANDED_OFF, reason=ASKS_FOR_A_PERSON)
        given = turn.given
        named = (given[place - 1] for place in said.sources if 0 < place <= len(given))
        sources = tuple(dict.fromkeys(passage.source for passage in named))
        unsure = said.confidence < _SURE
        return Answer(said.answer, Outcome.ANSWERED, sources, reason=UNSURE if unsure else "")
