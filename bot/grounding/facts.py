"""What a text that was given holds: its claims as facts, each with what it is about, and what it promises."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import chain
from typing import Final

from bot.grounding import places, weekdays
from bot.grounding.acts import Act, acts, of_question, topic_of, under
from bot.grounding.claim import Claim
from bot.grounding.claims import claims
from bot.grounding.promise import Promise
from bot.grounding.promises import implied, promises
from bot.grounding.replies import stated
from bot.grounding.tables import Table, tables
from bot.grounding.text import plain, sentences
from bot.grounding.topics import topics
from bot.types import Passage

_FAR_BEHIND: Final = 20_000
"""Letters of one text that are looked at."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Of one text, or of several."""

    facts: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """With the topics of the sentences that each stands in."""
    promised: tuple[Promise, ...] = ()
    acts: tuple[Act, ...] = ()
    tables: tuple[Table, ...] = ()

    @classmethod
    def all(cls, each: Iterable[Facts]) -> Facts:
        """Together."""
        known = tuple(each)
        facts = dict[str, frozenset[str]]()
        for one in known:
            for fact, about in one.facts.items():
                before = facts.get(fact)
                facts[fact] = about if before is None or before <= about else before | about
        return cls(
            facts,
            promised=tuple(chain.from_iterable(one.promised for one in known)),
            acts=tuple(chain.from_iterable(one.acts for one in known)),
            tables=tuple(chain.from_iterable(one.tables for one in known)),
        )


def facts_of_passage(passage: Passage) -> Facts:
    """An entry's title is a question: its numbers count, and 包邮吗 is no promise."""
    return _of_passage(passage.title, passage.text, passage.is_faq)


@lru_cache(maxsize=4096)
def _of_passage(title: str, text: str, is_faq: bool) -> Facts:
    heading, body = facts_of(title), _facts(text, title)
    promised = body.promised if is_faq else heading.promised + body.promised
    if is_faq and (statement := stated(plain(title), plain(text))):
        said = facts_of(statement)
        heading, promised = _undenied(heading, said), promised + said.promised
        body = Facts.all([body, said])
    facts = Facts.all([_undenied(heading, body), body]).facts
    return Facts(facts, promised, _acts(plain(title), text), tables(plain(text[:_FAR_BEHIND])))


def _acts(heading: str, text: str) -> tuple[Act, ...]:
    """What may be done and what not, by a text below a `plain` heading."""
    topic = topic_of(heading)
    found = [act for sentence in sentences_of(text) for act in acts(sentence, topic)]
    return tuple(under(of_question(heading), found))


def _undenied(heading: Facts, body: Facts) -> Facts:
    """能发顺丰吗 names one that the answer may be the opposite of."""
    return Facts({fact: about for fact, about in heading.facts.items() if f"no {fact}" not in body.facts})


def facts_of(text: str) -> Facts:
    """Of one text by itself."""
    return replace(_facts(text), acts=_acts("", text))


def _facts(text: str, title: str = "") -> Facts:
    heading = plain(title)
    return Facts.all(
        facts_of_sentence(sentence, claims(sentence), heading) for sentence in sentences_of(text)
    )


def sentences_of(text: str) -> list[str]:
    """As facts are looked for in them."""
    return sentences(plain(text[:_FAR_BEHIND]))


facts_of_own: Final = lru_cache(maxsize=4096)(_facts)
"""For a shop's own texts, which come again and again; customers' are nobody's to keep."""


def facts_of_sentence(sentence: str, found: Iterable[Claim], heading: str = "") -> Facts:
    """Of a `plain` sentence: those of the claims that were `found` in it, and its promises."""
    about = topics(f"{heading} {sentence}")
    facts = {fact: about for claim in found for fact in claim.facts}
    facts |= dict.fromkeys(weekdays.implied(sentence) | places.implied(sentence), about)
    return Facts(facts, (*promises(sentence, heading), *implied(sentence)))
