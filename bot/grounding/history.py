"""What was said before in the shop's name, as far as it bears anything out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.grounding.claim import Claim
from bot.grounding.claims import claims
from bot.grounding.facts import Facts, facts_of, facts_of_sentence, sentences_of
from bot.grounding.text import denies
from bot.types import Said, Speaker


def facts_of_history(history: Sequence[Said]) -> Iterator[Facts]:
    """All that people said, and of the bot's lines what it did not say after its customer."""
    asked = _Asked()
    for line in history:
        if line.by is Speaker.CUSTOMER:
            asked.add(line.text)
        elif line.by is Speaker.PERSON:
            yield facts_of(line.text)
        else:
            yield _of_line(line.text, asked)


class _Asked:
    """What customers named so far: looked for only where a line may be an echo of it."""

    def __init__(self) -> None:
        self._texts = list[str]()
        self._facts = set[str]()

    def add(self, text: str) -> None:
        self._texts.append(text)

    def names(self, claim: Claim) -> bool:
        while self._texts:
            self._facts |= facts_of(self._texts.pop()).facts.keys()
        return not claim.mentions.isdisjoint(self._facts)


def _of_line(text: str, asked: _Asked) -> Facts:
    return Facts.all(
        facts_of_sentence(sentence, _without_echoes(list(claims(sentence)), asked, denied=denies(sentence)))
        for sentence in sentences_of(text)
    )


def _without_echoes(found: Sequence[Claim], asked: _Asked, *, denied: bool) -> list[Claim]:
    """不是30天哦 passed since the customer had said 30天 (`bot.grounding.evidence`): it bears out no 30天."""
    if not (denied or len(found) > 1 or any(claim.own for claim in found)):
        return list(found)  # said by itself, it was borne out
    named = [claim for claim in found if asked.names(claim)]
    told = {claim.family for claim in found if claim not in named}
    return [
        claim for claim in found if claim not in named or not (denied or claim.own or claim.family in told)
    ]
