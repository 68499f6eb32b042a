"""Was everybody answered, once, in order? From what was sent and what the platforms' customers saw alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from tests.chaos.tags import Tag, tags

BEFORE_S: Final = 3.0
"""A disturbance counts as the cause of a second copy when it came at most so long before the first."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A text on a customer's screen."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A call for an answer, at the model: its conversation, and from when to when."""

    customer: int
    tags: tuple[Tag, ...]
    start: float
    end: float


@dataclass(slots=True)
class Verdict:
    """What is wrong, with examples."""

    lost: list[Tag] = field(default_factory=list)
    twice_in_window: list[Tag] = field(default_factory=list)
    """Where the platform takes no key: the part may have been taken when the sender died (DECISIONS.md)."""
    twice: list[Tag] = field(default_factory=list)
    disorder: list[tuple[Tag, Tag]] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)
    """Texts that answer nothing: an apology counts, as nobody had a reason for one."""
    held_twice: list[tuple[Asked, Asked]] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """True when every promise was kept."""
        return not (self.lost or self.twice or self.disorder or self.strange or self.held_twice)


def check(
    sent: Mapping[int, int],
    shown: Mapping[int, Sequence[Shown]],
    *,
    with_key: frozenset[int],
    disturbed: Sequence[float],
    asked: Sequence[Asked] = (),
) -> Verdict:
    """`sent`: how many messages each customer wrote. `with_key`: those whose platform takes a key.

    `disturbed`: when something was killed, paused or made to fail, in unix seconds.
    """
    verdict = Verdict()
    for customer, count in sent.items():
        _check_customer(customer, count, shown.get(customer, ()), customer in with_key, disturbed, verdict)
    verdict.held_twice = _overlapping(asked, disturbed)
    return verdict


def _check_customer(
    customer: int,
    count: int,
    shown: Sequence[Shown],
    with_key: bool,
    disturbed: Sequence[float],
    verdict: Verdict,
) -> None:
    first: dict[Tag, float] = {}
    newest = Tag(customer, -1)
    for message in shown:
        found = tags(message.text)
        if not found or any(tag.customer != customer for tag in found):
            verdict.strange.append(message.text)
        for tag in found:
            if tag in first:
                excused = not with_key and _between(disturbed, first[tag] - BEFORE_S, message.at)
                (verdict.twice_in_window if excused else verdict.twice).append(tag)
                continue
            if tag < newest:
                verdict.disorder.append((newest, tag))
            first[tag] = message.at
            newest = max(newest, tag)
    verdict.lost += [tag for number in range(count) if (tag := Tag(customer, number)) not in first]


def _overlapping(asked: Sequence[Asked], disturbed: Sequence[float]) -> list[tuple[Asked, Asked]]:
    """Two calls for one conversation at once, which nothing but two holders of its lease can make.

    A worker that is killed or paused leaves its call behind, and another takes over: no fault.
    """
    latest: dict[int, Asked] = {}
    found = []
    for call in sorted(asked, key=lambda call: call.start):
        before = latest.get(call.customer)
        if (
            before
            and call.start < before.end
            and not _between(disturbed, before.start - BEFORE_S, call.start)
        ):
            found.append((before, call))
        latest[call.customer] = call
    return found


def _between(times: Sequence[float], start: float, end: float) -> bool:
    return any(start <= at <= end for at in times)
