"""What the knowledge itself says, as far as it is near enough to be sent as it stands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from bot import wording
from bot.pipeline.clauses import clauses
from bot.pipeline.denials import denies
from bot.pipeline.recall import same
from bot.settings import TenantSettings
from bot.types import Answer, Outcome, Passage, Turn

CLEARLY: Final = 1.5
"""What is so many times as probable as the next is the one that was meant."""
_QUOTED_CHARS: Final = 400
"""Of a document: about what a piece of one holds."""
_SENTENCE: Final = re.compile(r".*?(?:[。！？!?；;…]+[”’」』）)]*|\n|$)", re.DOTALL)


def from_faq(turn: Turn, tenant: TenantSettings) -> Answer | None:
    """The answers of the nearest entries, each once, or quotations; None where nothing is near, or just that
    is not wanted.

    What waited for the model was near nothing: the answer leaves it open.
    """
    asked = entry_asked_for(turn)
    near = [asked] if asked else _near(turn.nearest, tenant) or _near(most_fitting(turn.passages), tenant)
    if not near or is_declined(turn):
        return None
    each = {passage.id: passage for passage in near}.values()
    text = "\n\n".join(_said(passage) for passage in each)
    sources = tuple(passage.source for passage in each)
    return Answer(text, Outcome.FAQ, sources, leaves_open=turn.waits_in_part)


def is_declined(turn: Turn) -> bool:
    """Whether all that is said is that what fits best is not wanted: 我不想退货."""
    nearest = turn.nearest[:1] or turn.passages[:1]
    return any(denies(clauses(turn.question), passage.title) for passage in nearest)


def entry_asked_for(turn: Turn) -> Passage | None:
    """The entry whose question was asked letter by letter, as by who picks one that was offered."""
    asked = same(turn.question)
    return next((one for one in turn.passages if one.is_faq and same(one.title) == asked), None)


def most_fitting(passages: Sequence[Passage]) -> tuple[Passage, ...]:
    """The first. An entry goes before a piece of a document that is hardly nearer: it was written as an
    answer."""
    entry = next((passage for passage in passages if passage.is_faq), None)
    if entry and entry.score * CLEARLY >= passages[0].score:
        return (entry,)
    return tuple(passages[:1])


def _near(passages: Sequence[Passage], tenant: TenantSettings) -> list[Passage]:
    sure = tenant.faq_confidence
    return [passage for passage in passages if passage.score >= sure and not passage.by_words]


def _said(passage: Passage) -> str:
    if passage.is_faq:
        return passage.text
    words = wording.QUOTED_UNTITLED if passage.is_untitled else wording.QUOTED
    return words.format(title=passage.title, text=_shortened(passage.text.strip()))


def _shortened(text: str) -> str:
    """Whole sentences, as many as fit; of one that is too long, its beginning."""
    if len(text) <= _QUOTED_CHARS:
        return text
    kept = ""
    for sentence in _SENTENCE.findall(text):
        if len(kept) + len(sentence) > _QUOTED_CHARS:
            break
        kept += sentence
    return f"{kept.rstrip() or text[:_QUOTED_CHARS] + '…'}\n{wording.CUT_SHORT}"
