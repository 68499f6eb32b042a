"""The draft by a model that may use the shop's tools."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib import resources
from typing import Final

import structlog

from bot import wording
from bot.errors import Refused, Unavailable
from bot.model import budget, prompt
from bot.pipeline.decide import refuses, where_the_model_refuses
from bot.pipeline.duty import Duty
from bot.pipeline.previews import Previews
from bot.pipeline.run import time_for_model
from bot.pipeline.told import told, unconfirmed
from bot.pipeline.without_model import without_model
from bot.ports import Clock, Model, Prompt
from bot.settings import ModelSettings, TenantSettings
from bot.tools.registry import Tools
from bot.tools.talk import Talk
from bot.tools.toolbox import HAND_OVER
from bot.types import Answer, Outcome, ToolEnd, Turn, changed
from bot.types.people import BY_MODEL

log = structlog.get_logger()

_RULES: Final = (resources.files("bot.tools") / "rules.md").read_text(encoding="utf-8").rstrip()
_SHARE: Final = 3
"""A third of the window goes to what tools bring, at most."""


class Consult:
    """Asks the model where the tenant has tools; other turns are `Generate`'s."""

    name = "consult"

    def __init__(
        self,
        tenants: Mapping[str, TenantSettings],
        model: Model,
        settings: ModelSettings,
        tools: Tools,
        clock: Clock,
    ) -> None:
        self._tenants = tenants
        self._previews = Previews(tenants)
        self._model = model
        self._settings = settings
        self._tools = tools
        self._clock = clock
        self._duty = Duty(tenants, clock)

    async def __call__(self, turn: Turn) -> Turn:
        """For a model or a tool that is away the FAQ answers, or an honest line does.

        Raises Away if the turn can wait for the model.
        """
        box = self._tools.boxes.get(turn.conversation.tenant)
        if turn.draft or box is None or not (turn.offered or turn.tool_calls):
            return turn
        tenant = self._tenants[turn.conversation.tenant]
        talk = Talk(
            self._model,
            box,
            self._tools.callers.of(turn),
            about=turn.messages[0].id,
            room=self._room(tenant),
            uses=list(turn.tool_calls),
        )
        draft = await self._draft(turn, tenant, talk)
        return changed(turn, draft=draft, tool_calls=tuple(talk.uses))

    async def _draft(self, turn: Turn, tenant: TenantSettings, talk: Talk) -> Answer:
        try:
            text = await talk.answer(
                self._asked(turn, tenant, talk),
                rounds=tenant.limits.tool_rounds,
                timeout=time_for_model(turn, self._clock()),
                heard=lambda: self._previews.of(changed(turn, tool_calls=tuple(talk.uses))),
            )
        except (Unavailable, Refused) as error:
            log.warning("model_away", reason=str(error))
            if found := told(talk.uses):
                return Answer(found, Outcome.ANSWERED, leaves_open=turn.waits_in_part)
            return without_model(turn, tenant, error)
        confirmed = unconfirmed(text, talk.uses)
        if not text and talk.uses[-1].name == HAND_OVER.name:
            return self._handed(turn, confirmed)
        if not text:
            return Answer(_paragraphs(*confirmed, talk.uses[-1].reply), Outcome.CLARIFIED)
        if refuses(text, turn, tenant):
            # What was asked for in so many words was found, whatever the model makes of the rest.
            looked_up = [use.reply for use in turn.tool_calls if use.end is ToolEnd.FOUND]
            if brought := dict.fromkeys([*looked_up, *confirmed]):
                return Answer(_paragraphs(*brought), Outcome.ANSWERED)
            return where_the_model_refuses(turn, tenant)
        return Answer(_paragraphs(text, *confirmed), Outcome.ANSWERED)

    def _handed(self, turn: Turn, confirmed: Sequence[str]) -> Answer:
        """As the model decided; but nobody is promised who is not there."""
        tenant = turn.conversation.tenant
        if not self._duty.is_there(tenant):
            return Answer(_paragraphs(*confirmed, self._duty.away(tenant)), Outcome.REFUSED)
        return Answer(
            _paragraphs(*confirmed, wording.HANDED_OFF_TO_HELP), Outcome.HANDED_OFF, reason=BY_MODEL
        )

    def _asked(self, turn: Turn, tenant: TenantSettings, talk: Talk) -> Prompt:
        """The passages and the history leave room for the tools and what they bring."""
        specs = talk.toolbox.offered(talk.caller)
        described = sum(budget.tokens(json.dumps(spec.parameters) + spec.description) for spec in specs)
        taken = described + budget.tokens(_RULES) + self._room(tenant)
        settings = self._settings.model_copy(update={"context_tokens": self._settings.context_tokens - taken})
        asked = prompt.build(turn, tenant, settings)
        return replace(asked, system=f"{asked.system}\n{_RULES}")

    def _room(self, tenant: TenantSettings) -> int:
        window = self._settings.context_tokens - self._settings.max_tokens
        return min(tenant.limits.tool_rounds * tenant.limits.tool_tokens, window // _SHARE)


def _paragraphs(*texts: str) -> str:
    return "\n\n".join(texts)
