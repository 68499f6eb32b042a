"""How an answer is made: a list of steps that can be read aloud."""

from __future__ import annotations

from collections.abc import Mapping

from bot.pipeline.generate import Generate
from bot.pipeline.guard import Guard
from bot.pipeline.moderate import Moderate
from bot.pipeline.retrieve import Retrieve
from bot.pipeline.run import Pipeline, Step
from bot.ports import Clock, Model, Retriever
from bot.settings import ModelSettings, TenantSettings

__all__ = ["Pipeline", "Step", "standard_steps"]


def standard_steps(
    tenants: Mapping[str, TenantSettings],
    retriever: Retriever,
    model: Model | None,
    model_settings: ModelSettings,
    clock: Clock,
) -> list[Step]:
    """Guard, retrieve, generate, moderate."""
    return [
        Guard(tenants),
        Retrieve(retriever),
        Generate(tenants, model, model_settings, clock),
        Moderate(tenants),
    ]
