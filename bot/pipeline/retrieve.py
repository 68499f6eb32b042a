"""What does the knowledge hold on it?"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from itertools import chain
from typing import Final

import structlog

from bot.errors import Unavailable
from bot.pipeline.beside import only_the_rest
from bot.pipeline.blind import blinded
from bot.pipeline.context import KNOWN, PASSAGES, best, in_context, lookups
from bot.pipeline.faq import most_fitting
from bot.pipeline.sentences import questions
from bot.pipeline.sought import sought
from bot.ports import Finder
from bot.types import Passage, Turn, changed

log = structlog.get_logger()

__all__ = ["KNOWN", "PASSAGES", "Retrieve"]

BY_WORDS: Final = "the knowledge was searched by words alone"
_NAMED: Final = 100
"""Passages of a search for what was spoken of: all that it comes upon, as a name may be any of them."""
_TRIES: Final = 2
"""By then it is away for some seconds: no hiccup."""
_SEPARATELY: Final = 8
"""Questions of one turn that are looked up each by itself: the newest."""


class Retrieve:
    """Puts the best passages of the tenant's knowledge into the turn.

    Several messages, or sentences that ask, may be one question in pieces or several questions, so they are
    looked up as a whole and each by itself; and with what was said before, where they lean on it.
    """

    name = "retrieve"

    def __init__(self, finder: Finder) -> None:
        self._finder = finder

    async def __call__(self, turn: Turn) -> Turn:
        """Without a word, or with an answer, there is nothing to look up.

        Raises Unavailable, at first: a turn that was tried before goes on without, by tools if it has some.
        """
        if turn.beside:
            rest = await self(only_the_rest(turn))
            return changed(turn, passages=rest.passages, nearest=rest.nearest, blind=rest.blind)
        if not turn.question or turn.draft:
            return turn
        texts = sought(turn)
        parts = [part for text in texts for part in questions(text)][-_SEPARATELY:]
        several = parts if len(parts) > 1 else []
        try:
            found = await self._search(turn, ["\n".join(texts), *several], lookups(turn))
        except Unavailable as error:
            if turn.attempts < _TRIES:
                raise
            log.warning("knowledge_away", reason=str(error))
            return blinded(turn, str(error))
        whole, each, before = found[0], found[1 : len(several) + 1], found[len(several) + 1 :]
        # Of one question the order is the retriever's: a reranker's has nothing to do with scores.
        passages = _merged(whole, each) if each else whole
        turn = in_context(changed(turn, passages=tuple(passages)), before)
        blind = BY_WORDS if any(one.by_words for one in turn.passages) else turn.blind
        return changed(turn, nearest=_nearest(each or [turn.passages]), blind=blind)

    async def _search(
        self, turn: Turn, texts: Sequence[str], before: Sequence[str]
    ) -> list[Sequence[Passage]]:
        """All at once, so that they are embedded together."""
        find = partial(self._finder.search, turn.conversation.tenant, channel=turn.conversation.channel)
        return await asyncio.gather(
            *(find(text, limit=PASSAGES) for text in texts), *(find(text, limit=_NAMED) for text in before)
        )


def _merged(whole: Sequence[Passage], each: Sequence[Sequence[Passage]]) -> list[Passage]:
    """The best of all, among them the first for each question."""
    first = {hits[0].id for hits in each if hits}
    found = best(chain(whole, *each), most=None)
    kept = sorted(found, key=lambda passage: passage.id not in first)[:PASSAGES]
    return [passage for passage in found if passage in kept]


def _nearest(found: Sequence[Sequence[Passage]]) -> tuple[Passage, ...]:
    return tuple(passage for hits in found for passage in most_fitting(hits))
