"""What a model was given, as facts; and what of its answer they don't bear out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from bot.grounding.claim import Claim, Kind
from bot.grounding.claims import claims
from bot.grounding.facts import Facts, facts_of, facts_of_own, facts_of_passage
from bot.grounding.history import facts_of_history
from bot.grounding.opposites import Acts
from bot.grounding.places import leaves_out, places
from bot.grounding.promise import Promise, bears_out
from bot.grounding.promises import promises
from bot.grounding.tables import Tables
from bot.grounding.text import around, denies, plain, sentences
from bot.grounding.topics import topics
from bot.grounding.units import TIMES
from bot.hours import Hours
from bot.settings import TenantSettings
from bot.types import Speaker, ToolUse, Turn

_DONE: Final = re.compile(r"已|曾|过(?!期|敏|程)|了|\b(?:already|have|has|did)\b", re.ASCII)


@dataclass(frozen=True, slots=True)
class Fault:
    """A claim of an answer that nothing bears out."""

    kind: Kind
    words: str


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

    @cached_property
    def asked_of(self) -> frozenset[str]:
        """The places that the customer's last words name."""
        return places(plain(self.said[-1]))

    @cached_property
    def acts(self) -> Acts:
        """What may be done and what not, by what was given."""
        return Acts(self.given.acts)

    @cached_property
    def tables(self) -> Tables:
        """Which value stands under which word, by what was given."""
        return Tables(self.given.tables)

    @classmethod
    def of(cls, turn: Turn, tenant: TenantSettings) -> Evidence:
        """All that the model may rest on."""
        given = Facts.all(
            [
                *map(facts_of_passage, turn.given),
                *(facts_of(text) for use in turn.tool_calls for text in _told(use)),
                *facts_of_history(turn.history),
                _facts_of_tenant(tenant),
            ]
        )
        said = (line.text for line in turn.history if line.by is Speaker.CUSTOMER)
        return cls(given, (*said, turn.question))

    def look(self, text: str) -> Findings:
        """No sentence leans on another, so what passes one by one passes as a whole."""
        faults, claimed = list[Fault](), list[Claim]()
        said = [plain(sentence) for sentence in sentences(text)]
        for sentence in said:
            found = list(claims(sentence))
            claimed += found
            each = [*self._faults(sentence, found), *self._promised(sentence, said)]
            faults += each or self._opposites(sentence)
        return Findings(tuple(faults), tuple(claimed))

    def _faults(self, sentence: str, found: Sequence[Claim]) -> Iterator[Fault]:
        unborne = [claim for claim in found if not self._bears_out(claim, sentence)]
        if unborne:
            kinds = {claim.family for claim in found if claim not in unborne}
            denied = denies(sentence)
            for claim in unborne:
                if not self._echoes(claim, may=_is_own(claim, sentence) or denied or claim.family in kinds):
                    yield Fault(claim.kind, claim.words)
        for claim in self.tables.swapped(sentence, found):
            if claim not in unborne and not (claim.own and self._echoes(claim, may=True)):
                yield Fault(claim.kind, claim.words)

    def _promised(self, sentence: str, answer: Sequence[str]) -> Iterator[Fault]:
        for promise in promises(sentence):
            meant = self._where_asked(promise)
            borne = (given for given in self.given.promised if bears_out(given, meant))
            if not any(self._tells_exceptions(given, promise, answer) for given in borne):
                yield Fault(Kind.PROMISE, promise.words)

    def _tells_exceptions(self, given: Promise, said: Promise, answer: Sequence[str]) -> bool:
        """Who asks of what is left out must hear of it: 内衣能退吗 is not answered by 支持7天无理由退货.
        Of places `_where_asked` takes care."""
        if not given.but or not said.given:
            return True
        asked = plain(self.said[-1])
        meant = (
            {name for name in given.but if name in asked and not places(name)}
            if not leaves_out(asked)
            else ()
        )
        return all(any(name in sentence for sentence in answer) for name in meant)

    def _opposites(self, sentence: str) -> Iterator[Fault]:
        for act in self.acts.contradict(sentence, plain(self.said[-1])):
            yield Fault(Kind.PROMISE, act.words)

    def _where_asked(self, promise: Promise) -> Promise:
        """包邮的哦 is said of where the customer asked for."""
        if promise.where or promise.placed or leaves_out(promise.clause):
            return promise
        return replace(promise, where=self.asked_of) if self.asked_of else promise

    def _echoes(self, claim: Claim, *, may: bool) -> bool:
        """Whether the customer bears it out, where they `may`, and the shop says nothing against it."""
        return (
            may and claim.against.isdisjoint(self.given.facts) and not claim.mentions.isdisjoint(self.heard)
        )

    def _is_outdone(self, claim: Claim) -> bool:
        """What only follows from what was given counts for less than what says the opposite."""
        known = self.given.facts.keys()
        return not known.isdisjoint(claim.against) and known.isdisjoint(claim.facts)

    def _bears_out(self, claim: Claim, sentence: str) -> bool:
        """A number of a policy counts on the same matter alone: 48小时 of parcels says nothing of refunds.
        What was told of no matter in particular counts on any."""
        places = [self.given.facts[need] for need in claim.needs if need in self.given.facts]
        if claim.own or claim.kind is not Kind.AMOUNT or not places or not all(places):
            return bool(places) and not (claim.against and self._is_outdone(claim))
        start = sentence.find(claim.words)
        before, behind = around(sentence, start, start + len(claim.words))
        matter = topics(before + claim.words + behind)
        return not matter or any(about & matter for about in places)


def _is_own(claim: Claim, sentence: str) -> bool:
    """How often something was done a customer knows; how often it may be or must be, the shop."""
    return claim.own and (claim.family != TIMES or _DONE.search(sentence) is not None)


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
    return Facts.all(map(facts_of_own, texts))
