"""What does the knowledge hold on it?"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from bot.ports import Retriever
from bot.types import Turn

PASSAGES: Final = 5


class Retrieve:
    """Puts the best passages of the tenant's knowledge into the turn."""

    name = "retrieve"

    def __init__(self, retriever: Retriever) -> None:
        self._retriever = retriever

    async def __call__(self, turn: Turn) -> Turn:
        """Raises Unavailable."""
        found = await self._retriever.search(turn.conversation.tenant, turn.question, limit=PASSAGES)
        return replace(turn, passages=tuple(found))
