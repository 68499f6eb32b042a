"""Grounded or silent: what the model claims must be borne out by what it was given."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Final

import structlog

from bot import wording
from bot.errors import Refused, Unavailable
from bot.grounding.evidence import Evidence, Fault, Findings
from bot.grounding.language import strays
from bot.grounding.rests import rests_on
from bot.model import prompt
from bot.pipeline.decide import decided, refusal, refuses, where_the_model_refuses
from bot.pipeline.duty import Duty
from bot.pipeline.run import time_for_model
from bot.pipeline.told import is_told, told, unconfirmed
from bot.ports import Clock, Model
from bot.settings import ModelSettings, TenantSettings
from bot.types import Answer, Checked, Outcome, Turn, changed

log = structlog.get_logger()

NOT_BORNE_OUT: Final = "not borne out"
LANGUAGE: Final = "language"
"""What is wrong with an answer in another language than the customer's."""
_LEAST_S: Final = 3.0
"""With less left the model is not asked again: it would only be broken off."""


class Ground:
    """Checks the model's draft. One that does not stand is asked for once more, with what is wrong with it;
    one that does not stand then is not said."""

    name = "ground"

    def __init__(
        self,
        tenants: Mapping[str, TenantSettings],
        model: Model,
        settings: ModelSettings,
        clock: Clock,
    ) -> None:
        self._tenants = tenants
        self._model = model
        self._settings = settings
        self._clock = clock
        self._duty = Duty(tenants, clock)

    async def __call__(self, turn: Turn) -> Turn:
        """Never raises for a model that is away. What no model said passes as it is."""
        tenant = self._tenants[turn.conversation.tenant]
        draft = turn.draft
        if draft is None or draft.outcome is not Outcome.ANSWERED or is_told(draft.text, turn.tool_calls):
            return turn
        evidence = Evidence.of(turn, tenant)
        found = evidence.look(draft.text)
        if not tenant.check_answers:
            return changed(turn, draft=_with_sources(draft, turn, found))
        faults, strayed = found.faults, strays(turn.question, draft.text)
        if not faults and not strayed:
            return changed(turn, draft=_with_sources(draft, turn, found), checked=Checked())
        kinds = tuple(sorted({*(fault.kind.value for fault in faults), *([LANGUAGE] if strayed else [])}))
        log.warning("answer_not_borne_out", tenant=tenant.name, kinds=kinds)
        again = await self._again(turn, tenant, faults, strayed=strayed)
        asked = again is not None
        if again is not None and not (anew := evidence.look(again.text)).faults:
            return changed(turn, draft=_with_sources(again, turn, anew), checked=Checked(kinds, again=asked))
        if not faults:  # in another language, and true: better than nothing
            return changed(turn, draft=_with_sources(draft, turn, found), checked=Checked(kinds, again=asked))
        log.warning("answer_not_said", tenant=tenant.name, kinds=kinds)
        return changed(
            turn, draft=self._instead(turn, tenant), checked=Checked(kinds, again=asked, withheld=True)
        )

    async def _again(
        self, turn: Turn, tenant: TenantSettings, faults: Sequence[Fault], *, strayed: bool
    ) -> Answer | None:
        """The model's second try; None where there is no time for one, or no model."""
        assert turn.draft is not None
        left = time_for_model(turn, self._clock())
        if left < _LEAST_S or turn.crowded:
            return None
        words = [fault.words for fault in faults]
        asked = prompt.again(turn, tenant, self._settings, turn.draft.text, words, strayed=strayed)
        try:
            text = await self._model.complete(asked, timeout=left)
        except (Unavailable, Refused) as error:
            log.warning("model_away", reason=str(error))
            return None
        if refuses(text, turn, tenant):
            return where_the_model_refuses(turn, tenant) if not turn.tool_calls else None
        return Answer("\n\n".join([text, *unconfirmed(text, turn.tool_calls)]), Outcome.ANSWERED)

    def _instead(self, turn: Turn, tenant: TenantSettings) -> Answer:
        """What a tool or the knowledge says itself; else a person, where one is there; else nothing."""
        if found := told(turn.tool_calls):
            return Answer(found, Outcome.ANSWERED, reason=NOT_BORNE_OUT)
        if known := decided(turn, tenant):
            return replace(known, reason=NOT_BORNE_OUT)
        if self._duty.is_there(tenant.name):
            return Answer(wording.HANDED_OFF_AS_UNSURE, Outcome.HANDED_OFF, reason=NOT_BORNE_OUT)
        return replace(refusal(turn, tenant), reason=NOT_BORNE_OUT)


def may_be_seen(turn: Turn, tenant: TenantSettings) -> Callable[[str], bool]:
    """For a preview of an answer: whether a sentence would pass."""

    @cache
    def evidence() -> Evidence:
        return Evidence.of(turn, tenant)

    def passes(sentence: str) -> bool:
        if not tenant.check_answers:
            return True
        return not evidence().look(sentence).faults and not strays(turn.question, sentence)

    return passes


def _with_sources(draft: Answer, turn: Turn, found: Findings) -> Answer:
    """Those of the passages that it rests on; where none can be told, those that the model named."""
    if draft.outcome is not Outcome.ANSWERED:
        return draft
    each = dict.fromkeys(passage.source for passage in rests_on(draft.text, found.claims, turn.given))
    return replace(draft, sources=tuple(each) or draft.sources)
