"""What a model was given, as facts; and what of its answer they don't bear out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Final

from bot.grounding.claim import Claim, Kind
from bot.grounding.claims import claims
from bot.grounding.promises import Promise, bears_out, implied, promises
from bot.grounding.text import around, plain, sentences
from bot.grounding.topics import topics
from bot.hours import Hours
from bot.settings import TenantSettings
from bot.types import Passage, Speaker, ToolUse, Turn

_NEGATIVE: Final = re.compile(
    r"不|没|无|未|超过|超出|抱歉|\b(?:no|not|never|cannot|over|past|sorry|unfortunately)\b|n't\b", re.ASCII
)
_FAR_BEHIND: Final = 20_000
"""Letters of one text that are looked at."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A claim of an answer that nothing bears out."""

    kind: Kind
    words: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Of one text, or of several."""

    facts: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """With the topics of the sentences that each stands in."""
    promised: tuple[Promise, ...] = ()

    @classmethod
    def all(cls, each: Iterable[Facts]) -> Facts:
        """Together."""
        known = tuple(each)
        facts = dict[str, frozenset[str]]()
        for one in known:
            for fact, about in one.facts.items():
                facts[fact] = facts.get(fact, about) | about
        return cls(facts, tuple(promise for one in known for promise in one.promised))


@dataclass(frozen=True, slots=True)
class Findings:
    """In an answer."""

    faults: tuple[Fault, ...]
    """In the text's order."""
    claims: tuple[Claim, ...]
    """All that it claims, promises aside."""


@dataclass(frozen=True)
class Evidence:
    """A turn's."""

    given: Facts
    """By the shop: its knowledge, its tools, its settings, and what was said in its name before."""
    said: tuple[str, ...]
    """By the customer."""

    @cached_property
    def heard(self) -> frozenset[str]:
        """From the customer, who bears out what is their own, and what is denied them.

        Looked for only where an answer claims more than was given.
        """
        return frozenset(Facts.all(map(facts_of, self.said)).facts)

    @classmethod
    def of(cls, turn: Turn, tenant: TenantSettings) -> Evidence:
        """All that the model may rest on."""
        given = Facts.all(
            [
                *map(facts_of_passage, turn.given),
                *(facts_of(text) for use in turn.tool_calls for text in _told(use)),
                *(facts_of(said.text) for said in turn.history if said.by is not Speaker.CUSTOMER),
                _facts_of_tenant(tenant),
            ]
        )
        said = (line.text for line in turn.history if line.by is Speaker.CUSTOMER)
        return cls(given, (*said, turn.question))

    def look(self, text: str) -> Findings:
        """No sentence leans on another, so what passes one by one passes as a whole."""
        faults, claimed = list[Fault](), list[Claim]()
        for sentence in map(plain, sentences(text)):
            found = list(claims(sentence))
            claimed += found
            faults += self._faults(sentence, found)
        return Findings(tuple(faults), tuple(claimed))

    def _faults(self, sentence: str, found: Sequence[Claim]) -> Iterator[Fault]:
        borne = [self._bears_out(claim, sentence) for claim in found]
        denied = _NEGATIVE.search(sentence) is not None
        kinds = {_family(claim) for claim, stands in zip(found, borne, strict=True) if stands}
        for claim, stands in zip(found, borne, strict=True):
            may_echo = claim.own or denied or _family(claim) in kinds
            if not stands and not (may_echo and claim.needs & self.heard):
                yield Fault(claim.kind, claim.words)
        for promise in promises(sentence):
            if not any(bears_out(given, promise) for given in self.given.promised):
                yield Fault(Kind.PROMISE, promise.words)

    def _bears_out(self, claim: Claim, sentence: str) -> bool:
        """A number of a policy counts on the same matter alone: 48小时 of parcels says nothing of refunds."""
        places = [self.given.facts[need] for need in claim.needs if need in self.given.facts]
        if claim.own or claim.kind is not Kind.AMOUNT or not places:
            return bool(places)
        start = sentence.find(claim.words)
        before, behind = around(sentence, start, start + len(claim.words))
        matter = topics(before + claim.words + behind)
        return not matter or any(not about or about & matter for about in places)


def facts_of_passage(passage: Passage) -> Facts:
    """An entry's title is a question: its numbers count, and 包邮吗 is no promise."""
    return _of_passage(passage.title, passage.text, passage.is_faq)


@lru_cache(maxsize=4096)
def _of_passage(title: str, text: str, is_faq: bool) -> Facts:
    heading, body = facts_of(title), _facts(text, title)
    promised = body.promised if is_faq else heading.promised + body.promised
    return Facts(Facts.all([heading, body]).facts, promised)


def facts_of(text: str) -> Facts:
    """Of one text by itself."""
    return _facts(text)


def _facts(text: str, title: str = "") -> Facts:
    whole = plain(text[:_FAR_BEHIND])
    heading = plain(title)
    return Facts.all(_of_sentence(sentence, heading) for sentence in sentences(whole))


_remembered: Final = lru_cache(maxsize=4096)(_facts)
"""For a shop's own texts, which come again and again; customers' are nobody's to keep."""


def _of_sentence(sentence: str, heading: str) -> Facts:
    about = topics(f"{heading} {sentence}")
    facts = {fact: about for claim in claims(sentence) for fact in claim.facts}
    return Facts(facts, (*promises(sentence, heading), *implied(sentence)))


def _told(use: ToolUse) -> Iterator[str]:
    """The call's own arguments came from the customer or the model, and bear out nothing."""
    yield from (use.data, use.reply, *use.values)


def _facts_of_tenant(tenant: TenantSettings) -> Facts:
    texts = [
        tenant.title,
        tenant.persona,
        tenant.greeting,
        tenant.refusal,
        tenant.no_people,
    ]
    if people := tenant.people:
        texts.append(str(Hours.of(people.hours, people.holidays, people.timezone)))
    return Facts.all(map(_remembered, texts))


def _family(claim: Claim) -> str:
    """What is told beside its like is weighed against it: 您的100元满了99元."""
    return claim.kind if claim.kind is not Kind.AMOUNT else min(need.split()[0] for need in claim.needs)
