"""What does the knowledge hold on it?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bot.ports import Retriever
from bot.types import Passage, Turn

PASSAGES: Final = 5
KNOWN: Final = 0.5
"""The scores of a question's passages together are the probability that the knowledge answers it."""
_SEPARATELY: Final = 8
"""Messages of one turn that are looked up each by itself: the newest."""


class Retrieve:
    """Puts the best passages of the tenant's knowledge into the turn.

    Several messages may be one question in pieces or several questions, so they are looked up as a whole
    and each by itself.
    """

    name = "retrieve"

    def __init__(self, retriever: Retriever) -> None:
        self._retriever = retriever

    async def __call__(self, turn: Turn) -> Turn:
        """Raises Unavailable. Without a word, or with an answer, there is nothing to look up."""
        if not turn.question or turn.draft:
            return turn
        whole = await self._search(turn, turn.question)
        several = [message.text for message in turn.messages if message.text][-_SEPARATELY:]
        if len(several) < 2:  # the order is the retriever's: a reranker's has nothing to do with scores
            return replace(turn, passages=tuple(whole), nearest=_nearest([whole]))
        each = [await self._search(turn, text) for text in several]
        return replace(turn, passages=_merged([whole, *each]), nearest=_nearest(each))

    async def _search(self, turn: Turn, text: str) -> Sequence[Passage]:
        return await self._retriever.search(turn.conversation.tenant, text, limit=PASSAGES)


def _merged(found: Sequence[Sequence[Passage]]) -> tuple[Passage, ...]:
    """The best of all, each once, with its best score."""
    best: dict[str, Passage] = {}
    for passage in (passage for hits in found for passage in hits):
        if passage.id not in best or passage.score > best[passage.id].score:
            best[passage.id] = passage
    return tuple(sorted(best.values(), key=lambda passage: -passage.score)[:PASSAGES])


def _nearest(found: Sequence[Sequence[Passage]]) -> tuple[Passage, ...]:
    return tuple(passage for hits in found if (passage := next((hit for hit in hits if hit.is_faq), None)))
