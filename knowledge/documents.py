"""What can be found: an FAQ entry, a product, or a piece of a document."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from knowledge.scope import ALWAYS, Scope

BATCH: Final = 32
"""Items embedded and stored at once: some seconds' work, so that a broken import has most of it done."""
UNDER: Final = " › "
"""Between the headings in a piece's title, the outermost first."""
_NAMESPACE: Final = uuid.UUID("6b0d1f0e-5f0c-4b57-9d0c-0f4b8a6a7b11")


@dataclass(frozen=True, slots=True)
class Face:
    """A text that an item is found by."""

    text: str
    is_question: bool
    """Compared as a question to a question; otherwise as a question to a passage."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that can answer a question."""

    wordings: tuple[str, ...]
    """What it is found by: an entry's question and its other wordings; for a piece, its own text."""
    text: str
    """What the customer may be told."""
    title: str
    """An entry's main question; a product's name; a piece's path of headings."""
    source: str
    """The file's name, or that of a site or feed."""
    place: str
    """Where in the source a manager finds it: "line 12", "row 3", "page 2"."""
    is_faq: bool
    version: str = ""
    """Of the source it was read from, by its content. What stays in a source that changes keeps the version
    it was first read from: source, version and place are true together."""
    codes: tuple[str, ...] = ()
    """A product's numbers, which mean it and nothing like it."""
    scope: Scope = ALWAYS

    @property
    def faces(self) -> list[Face]:
        """An entry's wordings, and its answer below its question: what it says may be asked in words that
        none of its wordings has."""
        if not self.is_faq:
            return [Face(wording, is_question=False) for wording in self.wordings]
        wordings = [Face(wording, is_question=True) for wording in self.wordings]
        answer = [Face(f"{self.title}\n{self.text}", is_question=False)] if self.text.strip() else []
        return [*wordings, *answer]

    def id_for(self, tenant: str) -> str:
        """A UUID that stays the same while tenant, file and content do, so that nothing is embedded twice."""
        content = "\n".join((tenant, self.source, self.title, self.text, *self.wordings, *self.scope.parts))
        return str(uuid.uuid5(_NAMESPACE, content))


def entry(question: str, similar: list[str], answer: str, *, source: str, place: str) -> Item:
    """An FAQ entry; wordings that repeat are kept once."""
    wordings = tuple(dict.fromkeys([question, *similar]))
    return Item(wordings, answer, question, source, place, is_faq=True)


def product(
    name: str, codes: Iterable[str], fields: Iterable[tuple[str, str]], *, source: str, place: str
) -> Item:
    """A row of a product table. Found by its name, alone and with each code: a code alone would be near in
    meaning to every other code."""
    codes = tuple(dict.fromkeys(codes))
    wordings = tuple(dict.fromkeys([name, *(f"{name} {code}" for code in codes if code != name)]))
    text = "\n".join([name, *(f"{field}：{value}" for field, value in fields)])
    return Item(wordings, text, name, source, place, is_faq=True, codes=codes)


def piece(title: str, text: str, *, source: str, place: str) -> Item:
    """A piece of a document; its headings are part of what it is found by."""
    return Item((f"{title}\n{text}",), text, title, source, place, is_faq=False)


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a source held, and what there is to tell its manager about it, each a line."""

    items: tuple[Item, ...]
    problems: tuple[str, ...] = ()
    """What was left out though it was meant to be read: rows, mostly."""
    notes: tuple[str, ...] = ()
    """What was decided on the way, and needs a look only if it was not meant so."""
    folded: int = 0
    """Items that said what another one says."""
    is_whole: bool = True
    """False where a part of the source could not be reached: nothing that it gave before may be dropped."""

    def __add__(self, other: Loaded) -> Loaded:
        return Loaded(
            self.items + other.items,
            self.problems + other.problems,
            self.notes + other.notes,
            self.folded + other.folded,
            self.is_whole and other.is_whole,
        )
