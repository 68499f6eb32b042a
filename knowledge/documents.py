"""What can be found: an FAQ entry, or a piece of a document."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Final

BATCH: Final = 32
"""Items embedded and stored at once: some seconds' work, so that a broken import has most of it done."""
_NAMESPACE: Final = uuid.UUID("6b0d1f0e-5f0c-4b57-9d0c-0f4b8a6a7b11")


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that can answer a question."""

    wordings: tuple[str, ...]
    """What it is found by: an entry's question and its other wordings; for a piece, its own text."""
    text: str
    """What the customer may be told."""
    title: str
    """An entry's main question; a piece's path of headings."""
    source: str
    """The file's name."""
    place: str
    """Where in the file a manager finds it: "line 12", "row 3"."""
    is_faq: bool

    def id_for(self, tenant: str) -> str:
        """A UUID that stays the same while tenant, file and content do, so that nothing is embedded twice."""
        content = "\n".join((tenant, self.source, self.title, self.text, *self.wordings))
        return str(uuid.uuid5(_NAMESPACE, content))


def entry(question: str, similar: list[str], answer: str, *, source: str, place: str) -> Item:
    """An FAQ entry; wordings that repeat are kept once."""
    wordings = tuple(dict.fromkeys([question, *similar]))
    return Item(wordings, answer, question, source, place, is_faq=True)


def piece(title: str, text: str, *, source: str, place: str) -> Item:
    """A piece of a document; its headings are part of what it is found by."""
    return Item((f"{title}\n{text}",), text, title, source, place, is_faq=False)


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a file held, and the rows that could not be read: each a line for the manager."""

    items: tuple[Item, ...]
    problems: tuple[str, ...] = ()
