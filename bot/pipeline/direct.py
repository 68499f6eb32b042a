"""Where an entry is hardly in doubt, its own words need no model."""

from __future__ import annotations

import re
from typing import Final

from bot.grounding.language import strays
from bot.pipeline.clauses import clauses
from bot.pipeline.faq import from_faq
from bot.pipeline.leaning import is_courtesy, is_elliptic, refers
from bot.pipeline.sentences import asks
from bot.settings import TenantSettings
from bot.types import Answer, Intent, Turn, changed

_STANDS_ALONE: Final = 10
"""Characters: fewer, as 会过期吗 or 要收两次运费吗, may leave out what was spoken of."""
_APART: Final = re.compile(r"(?<=[^\x00-\x7f])\s+|\s+(?=[^\x00-\x7f])")
"""Blanks that stand for commas, as most customers write."""
_OWN_CASE: Final = re.compile(
    r"(?:我|俺|咱|本人)(?!想|要|需要|来?问|咨询)|已经|昨天|前天|上周|\d"
    r"|\b(?:i|my|mine|im|ive)\b(?! (?:want|would|need|wonder))"
)
"""And no wish: 我想退货，怎么弄 asks no more than 怎么退货."""


def directly(turn: Turn, tenant: TenantSettings) -> Answer | None:
    """What the entries say, each as sure as the tenant's `direct_confidence`; None where a model should read
    the question: for its pictures or what was looked up for it, as it leans on what was said before, is
    about the customer's own case or order, or in another language than the entries."""
    sure = max(tenant.direct_confidence, tenant.faq_confidence)  # else of two entries one might be left out
    if not is_sure(turn, sure) or turn.images or turn.tool_calls or _tells_more(turn.question):
        return None
    if turn.intent == Intent.ORDER and turn.offered:
        return None
    if turn.history and _may_lean(turn.question):
        return None
    answer = from_faq(changed(turn, parked=0), tenant)  # all that was asked is answered
    return None if answer is None or strays(turn.question, answer.text) else answer


def _may_lean(question: str) -> bool:
    return len(question) < _STANDS_ALONE or refers(question) or is_elliptic(question)


def is_sure(turn: Turn, confidence: float) -> bool:
    """Whether there is an entry for each question in it that is so probably right; of 1 none ever is."""
    sure = (one.is_faq and not one.by_words and one.score >= confidence for one in turn.nearest)
    return confidence < 1 and bool(turn.nearest) and all(sure)


def _tells_more(question: str) -> bool:
    """Whether something of the customer's own stands beside what is asked: 怎么退货，我已经洗过了."""
    said = clauses(_APART.sub("\n", question))
    more = (_OWN_CASE.search(one) and not asks(one) and not is_courtesy(one) for one in said)
    return len(said) > 1 and any(more)
