"""Where an entry is hardly in doubt, its own words need no model."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from bot.grounding.language import strays
from bot.pipeline.faq import from_faq
from bot.pipeline.leaning import is_elliptic, refers
from bot.settings import TenantSettings
from bot.types import Answer, Intent, Turn

_STANDS_ALONE: Final = 10
"""Characters: fewer, as 会过期吗 or 要收两次运费吗, may leave out what was spoken of."""


def directly(turn: Turn, tenant: TenantSettings) -> Answer | None:
    """What the entries say, each as sure as the tenant's `direct_confidence`; None where a model should read
    the question: for its pictures or what was looked up for it, as it leans on what was said before, is
    about the customer's own order, or in another language than the entries."""
    if not is_sure(turn, tenant.direct_confidence) or turn.images or turn.tool_calls:
        return None
    if turn.intent == Intent.ORDER and turn.offered:
        return None
    if turn.history and _may_lean(turn.question):
        return None
    answer = from_faq(replace(turn, parked=0), tenant)  # all that was asked is answered
    return None if answer is None or strays(turn.question, answer.text) else answer


def _may_lean(question: str) -> bool:
    return len(question) < _STANDS_ALONE or refers(question) or is_elliptic(question)


def is_sure(turn: Turn, confidence: float) -> bool:
    """Whether there is an entry for each question in it that is so probably right; of 1 none ever is."""
    sure = (one.is_faq and not one.by_words and one.score >= confidence for one in turn.nearest)
    return confidence < 1 and bool(turn.nearest) and all(sure)
