"""What an answer allows though it was denied, or denies though it was allowed.

Unlike a promise an act has no words of its own to be known by. So it is held against those that were given:
a fault is only what one of them says the plain opposite of (不可以携带宠物入住 of 可以带宠物) and none says.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

from bot.grounding.acts import Act, acts

_LEAST_OWN: Final = 3
"""Letters of an object that says what is meant by itself: of 退货 must be known what is returned."""
_SHARE: Final = 0.8
"""Of an object's letters, which another has to have to be the same."""
_HALF: Final = 0.5
"""Of the given object's letters: 可以清洗 is no opposite of 不能用消毒液清洗."""


class Acts:
    """All that were given, to hold an answer's against."""

    def __init__(self, given: Iterable[Act]) -> None:
        self._given = defaultdict[tuple[str, bool], list[Act]](list)
        for act in given:
            self._given[act.group, act.may].append(act)
        general = [act for each in self._given.values() for act in each if _is_general(act)]
        self._against = {(act.group, not act.may) for act in general}
        self._pairs = {pair for act in general for pair in _pairs(act.object)}

    def contradict(self, sentence: str, asked: str) -> Iterator[Act]:
        """Those of a `plain` sentence of which they say the opposite, and nothing as nearly the same.

        `asked`: the customer's last words, `plain`: an answer need not repeat of what it is.
        """
        if not any(pair in sentence for pair in self._pairs):
            return  # as most
        for said in acts(sentence, among=self._against):
            opposites = self._given.get((said.group, not said.may), ()) if said.object else ()
            opposite = max((_nearness(one, said, asked) for one in opposites), default=-1)
            if opposite < 0:
                continue
            same = self._given.get((said.group, said.may), ())
            if opposite > max((_likeness(one, said, asked) for one in same), default=-1):
                yield said


def _is_general(act: Act) -> bool:
    """Nothing is told of what lies outside of a bound, but for needs: 需空腹8小时 needs an empty stomach."""
    return bool(act.object) and (not act.bound or act.group == "need")


def _nearness(given: Act, said: Act, asked: str) -> int:
    """How much it names of what is meant; -1 where it may mean something else."""
    if not _is_general(given) or not _same(given.object, said.object):
        return -1
    known = given.subject + given.topic + given.object
    if not set(said.subject) <= set(known):
        return -1
    whose = given.subject or given.topic
    if set(whose) <= set(said.subject + said.object + asked):
        return len(whose)
    of_its_own = not given.subject and len(said.object) >= _LEAST_OWN
    return 0 if of_its_own or _share_a_pair(said.subject, whose) else -1


def _likeness(given: Act, said: Act, asked: str) -> int:
    if given.object and said.object not in given.object and not _share_a_pair(given.object, said.object):
        return -1
    whose = given.subject or given.topic
    return sum(letter in said.subject + asked for letter in whose)


def _same(given: str, said: str) -> bool:
    if len(said) == 1:
        return given.startswith(said) and len(given) <= 2
    shared = sum(letter in given for letter in said)
    return shared >= _SHARE * len(said) and len(said) >= _HALF * len(given) and _share_a_pair(given, said)


def _share_a_pair(one: str, other: str) -> bool:
    return len(other) > 1 and any(pair in one for pair in _pairs(other))


def _pairs(word: str) -> Iterator[str]:
    """Two letters each, which is the least that may be a word; a single one where there is no more."""
    yield from (word[at : at + 2] for at in range(max(1, len(word) - 1)))
