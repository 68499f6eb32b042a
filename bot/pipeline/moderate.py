"""The last look at what will be said."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import replace

import structlog

from bot import wording
from bot.settings import TenantSettings
from bot.types import Outcome, Turn

log = structlog.get_logger()


class Moderate:
    """Turns a draft into the answer; withholds one that holds a word on the tenant's list."""

    name = "moderate"

    def __init__(self, tenants: Mapping[str, TenantSettings]) -> None:
        self._blocked = {name: _any_of(tenant.blocked_words) for name, tenant in tenants.items()}

    async def __call__(self, turn: Turn) -> Turn:
        """Every draft leaves here as an answer."""
        blocked = self._blocked[turn.conversation.tenant]
        if turn.draft and blocked and blocked.search(_folded(turn.draft.text)):
            log.warning("answer_withheld", tenant=turn.conversation.tenant, outcome=turn.draft.outcome.value)
            return turn.finish(wording.WITHHELD, Outcome.REFUSED)
        return replace(turn, answer=turn.draft)


def _any_of(words: list[str]) -> re.Pattern[str] | None:
    folded = [re.escape(_folded(word)) for word in words if word.strip()]
    return re.compile("|".join(folded)) if folded else None


def _folded(text: str) -> str:
    """Full width, case and white space between letters do not hide a word."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())
