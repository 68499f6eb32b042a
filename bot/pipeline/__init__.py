"""How an answer is made: a list of steps that can be read aloud."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from bot.pipeline.admit import Admit
from bot.pipeline.basis import BasisNotes
from bot.pipeline.checks import Checks
from bot.pipeline.consult import Consult
from bot.pipeline.courtesy import Courtesy
from bot.pipeline.decide import Decide
from bot.pipeline.escalate import Escalate
from bot.pipeline.follow import Follow
from bot.pipeline.gaps import GapNotes
from bot.pipeline.generate import Generate
from bot.pipeline.ground import Ground
from bot.pipeline.guard import Guard
from bot.pipeline.handover import Handover
from bot.pipeline.lookup import Lookup
from bot.pipeline.missed import MissedNotes
from bot.pipeline.moderate import Moderate
from bot.pipeline.perceive import Perceive
from bot.pipeline.rate import Rate
from bot.pipeline.recall import Recall, Remember
from bot.pipeline.recall_alike import Alike, RecallAlike, RememberAlike
from bot.pipeline.recognise import Recognise
from bot.pipeline.recollect import Recollect
from bot.pipeline.relieve import Relieve
from bot.pipeline.repeat import HISTORY_LINES, Repeat
from bot.pipeline.restrain import Restrain
from bot.pipeline.retrieve import Retrieve
from bot.pipeline.run import Notes, Pipeline, Runs, Step
from bot.pipeline.screen import Screen
from bot.pipeline.shield import Shield
from bot.pipeline.suggest import Suggest
from bot.ports import Answers, Clock, Intents, Model, Opinions, Rates, Retriever, Summaries
from bot.safety.discreet import Discreet
from bot.safety.moderation import Moderation
from bot.settings import ModelSettings, TenantSettings
from bot.tools.registry import Tools

__all__ = [
    "HISTORY_LINES",
    "Alike",
    "BasisNotes",
    "GapNotes",
    "MissedNotes",
    "Notes",
    "Perceive",
    "Pipeline",
    "Runs",
    "Step",
    "standard_steps",
]


def standard_steps(
    tenants: Mapping[str, TenantSettings],
    retriever: Retriever,
    model: Model | None,
    model_settings: ModelSettings,
    clock: Clock,
    perceive: Perceive | None = None,
    answers: Answers | None = None,
    rates: Rates | None = None,
    tools: Tools | None = None,
    intents: Intents | None = None,
    opinions: Opinions | None = None,
    secrets: Collection[str] = (),
    moderation: Moderation | None = None,
    alike: Alike | None = None,
    summaries: Summaries | None = None,
) -> list[Step]:
    """Guard, follow, screen, recognise, hand over, chat, repeat, retrieve, relieve, decide, shield, generate
    where a model is, escalate, moderate.

    Before all, where `rates` are: restrain; where doors bring more than words: perceive. Around those that
    draft, where `answers` and a model are: recall and remember. Where shops have `tools`: look up before all
    that answers, and consult the model with them before generate would without. What a model drafted: ground.
    Where ratings are kept (`opinions`): rate, behind guard. Where long conversations have `summaries`:
    recollect, behind follow.
    No answer holds one of the `secrets`; screen and moderate ask `moderation`, where there is one.
    """
    checks = {name: Checks(tenant, secrets) for name, tenant in tenants.items()}
    if model and model_settings.hide_personal:
        model = Discreet(model)
    return [
        *([Restrain(tenants, rates, clock)] if rates else []),
        *([perceive] if perceive else []),
        Guard(tenants),
        *([Rate(opinions, clock)] if opinions else []),
        Follow(tenants),
        *([Recollect(tenants, summaries)] if summaries and model else []),
        Screen(tenants, clock, moderation),
        Recognise(tenants, intents, clock, model),
        Handover(tenants, clock, retriever),
        Courtesy(tenants, retriever),
        *([Lookup(tools, clock, has_model=model is not None)] if tools else []),
        Repeat(),
        Retrieve(retriever),
        *([Recall(tenants, answers, model_settings)] if answers and model else []),
        *([RecallAlike(tenants, alike, model_settings)] if alike and answers and model else []),
        Relieve(tenants, clock),
        Decide(tenants, has_model=model is not None),
        Shield(checks, moderation),
        *([Consult(tenants, model, model_settings, tools, clock)] if tools and model else []),
        *([Generate(tenants, model, model_settings, clock)] if model else []),
        *([Ground(tenants, model, model_settings, clock)] if model else []),
        Suggest(tenants),
        *([Remember(tenants, answers)] if answers and model else []),
        *([RememberAlike(tenants, alike.answers)] if alike and answers and model else []),
        Escalate(tenants, clock),
        *([Admit()] if perceive else []),
        Moderate(tenants, checks, clock, moderation),
    ]
