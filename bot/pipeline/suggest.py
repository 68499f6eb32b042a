"""What else the customer may want to know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from bot.pipeline.recall import same
from bot.settings import TenantSettings
from bot.types import Outcome, Turn, changed

_ANSWERS: Final = frozenset((Outcome.ANSWERED, Outcome.FAQ))


class Suggest:
    """Offers the questions of the next best entries behind an answer, where the shop wants that."""

    name = "suggest"

    def __init__(self, tenants: Mapping[str, TenantSettings]) -> None:
        self._tenants = tenants

    async def __call__(self, turn: Turn) -> Turn:
        """What offers something already keeps it; one order's matters lead to no other questions."""
        most = self._tenants[turn.conversation.tenant].next_questions
        if not most or turn.draft is None or turn.draft.outcome not in _ANSWERS:
            return turn
        if turn.draft.suggestions or turn.tool_calls:
            return turn
        asked = {same(turn.question), *(same(message.text) for message in turn.messages)}
        used = turn.draft.sources
        others = (
            entry.title
            for entry in turn.passages
            if entry.is_faq and entry.score > 0 and entry.source not in used  # 0: what was spoken of before
        )
        offered = tuple(dict.fromkeys(title for title in others if same(title) not in asked))[:most]
        return changed(turn, draft=replace(turn.draft, suggestions=offered))
