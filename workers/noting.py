"""What is noted of a turn once its answer is out."""

from __future__ import annotations

import time

from bot.pipeline import BasisNotes, GapNotes, MissedNotes, Notes
from bot.ports import Model
from bot.settings import Settings
from bot.wiring import Stores, tenants_of
from workers.summing import Summariser


def open_summariser(settings: Settings, stores: Stores, model: Model | None) -> Summariser | None:
    """None where there is no model to do it, or it is not wanted."""
    if model is None or not settings.model.summaries:
        return None
    return Summariser(tenants_of(settings), model, settings.model, stores.people, stores.summaries)


def notes_of(settings: Settings, stores: Stores, summariser: Summariser | None) -> list[Notes]:
    """One after the other."""
    model = next((own.model for own in settings.model.each.values()), "")
    return [
        GapNotes(tenants_of(settings), stores.gaps, time.time),
        MissedNotes(tenants_of(settings), stores.missed, time.time),
        BasisNotes(stores.bases, model),
        *([summariser] if summariser else []),
    ]
