"""Questions of which somebody knows what is right, and what came of each."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final

from bot.types import Speaker
from knowledge.documents import UNDER

IN: Final = "in scope"
OUT: Final = "out of scope"
FAR: Final = "far"
"""Out of scope, and of another world: the weather."""
NEAR: Final = "near"
"""Out of scope, and of the same world: what the shop could know, and does not."""

_TITLES_KEPT: Final = 10_000
_AT_THE_END: Final = "?!。.…~"
_BEFORE_CHARS: Final = 40


class BadQuestion(Exception):
    """A row that can't be asked, and why. Caught where rows are read."""


class Decision(StrEnum):
    """What the customer would get."""

    ANSWERED = "answered"
    ASKED_BACK = "asked_back"
    HANDED_OFF = "handed_off"
    REFUSED = "refused"
    FAILED = "failed"
    """Nothing: something of ours did not work, which says nothing of the knowledge."""


@dataclass(frozen=True, slots=True)
class Line:
    """Said before a question."""

    by: Speaker
    text: str


@dataclass(frozen=True, slots=True)
class Case:
    """A question, and what would be right."""

    question: str
    gold: tuple[str, ...] = ()
    """Titles of entries that answer it, each as good as the other; none: it is out of scope. A document's
    section may be named by its last heading alone."""
    kind: str = IN
    """In scope, or one of several kinds of out of scope."""
    tags: tuple[str, ...] = ()
    facts: tuple[tuple[str, ...], ...] = ()
    """What an answer must say; of each, one of several ways to put it."""
    never: tuple[str, ...] = ()
    """What an answer must not say."""
    reference: str = ""
    """An answer that is a good one."""
    history: tuple[Line, ...] = ()
    """What was said before, oldest first."""

    @property
    def key(self) -> tuple[str, ...]:
        """The same for what is the same question, after the same was said."""
        return (*(f"{line.by} {plain(line.text)}" for line in self.history), plain(self.question))

    @property
    def told(self) -> str:
        """For people, with what was said last, in short."""
        if not self.history:
            return self.question
        return f"({self.history[-1].text[:_BEFORE_CHARS]}) {self.question}"


@dataclass(frozen=True, slots=True)
class Found:
    """One of the passages that were found, best first."""

    title: str
    score: float


@dataclass(frozen=True, slots=True)
class Judged:
    """A question, and what came of it."""

    case: Case
    found: tuple[Found, ...]
    decision: Decision
    is_right: bool
    """It was answered, and rightly."""
    seconds: float
    answer: str = ""
    reason: str = ""
    """What is wrong with the answer, or why there is none."""
    likeness: float | None = None
    """Of the answer to the reference, 0 to 1."""

    @property
    def rank(self) -> int:
        """Where the first right passage stands, from 1; 0: nowhere."""
        return rank(self.case, self.found)

    @property
    def sure(self) -> float:
        """How probable the search takes its first passage to be right."""
        return self.found[0].score if self.found else 0.0

    @property
    def is_good(self) -> bool:
        """What is in scope was answered rightly, and what is not was not answered."""
        return self.is_right if self.case.gold else self.decision is not Decision.ANSWERED


def searched(case: Case, found: Sequence[Found], *, is_answered: bool, seconds: float) -> Judged:
    """The judgement on what a search brought, of which the first would be the answer."""
    decision = Decision.ANSWERED if is_answered else Decision.REFUSED
    is_right = is_answered and rank(case, found) == 1
    return Judged(case, tuple(found), decision, is_right=is_right, seconds=seconds)


def failed(case: Case, reason: str) -> Judged:
    """No judgement: it could not be asked."""
    return Judged(case, (), Decision.FAILED, is_right=False, seconds=0.0, reason=reason)


def rank(case: Case, found: Sequence[Found]) -> int:
    """See `Judged.rank`."""
    gold = set(map(plain, case.gold))
    titles = [plain(one.title) for one in found]
    names = [heading(one.title) for one in found] if gold.isdisjoint(titles) else titles
    return next((place for place, name in enumerate(names, 1) if name in gold), 0)


def heading(title: str) -> str:
    """What a document's section is called by itself, plain: the last of its headings."""
    return plain(title.rpartition(UNDER)[2])


@lru_cache(_TITLES_KEPT)
def plain(title: str) -> str:
    """The same for what people take for one title: width, case, spaces and the mark at the end aside."""
    folded = unicodedata.normalize("NFKC", title).casefold()
    return "".join(folded.split()).rstrip(_AT_THE_END)
