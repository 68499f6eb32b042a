"""Two runs side by side: which questions got better, and which worse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from knowledge.judge.cases import Decision, Judged


@dataclass(frozen=True, slots=True)
class Change:
    """One question in both runs."""

    before: Judged
    after: Judged


@dataclass(frozen=True, slots=True)
class Comparison:
    """Of a run with an earlier one."""

    better: tuple[Change, ...]
    worse: tuple[Change, ...]
    only_before: int
    """Questions that this run did not ask, or that failed in one of the two."""
    only_after: int

    @classmethod
    def of(cls, before: Sequence[Judged], after: Sequence[Judged]) -> Self:
        """By the questions' own words, and what was said before."""
        ours, theirs = _by_question(after), _by_question(before)
        both = [Change(theirs[question], ours[question]) for question in ours if question in theirs]
        return cls(
            tuple(change for change in both if change.after.is_good and not change.before.is_good),
            tuple(change for change in both if change.before.is_good and not change.after.is_good),
            only_before=len(theirs) - len(both),
            only_after=len(ours) - len(both),
        )


def _by_question(judged: Sequence[Judged]) -> dict[tuple[str, ...], Judged]:
    return {one.case.key: one for one in judged if one.decision is not Decision.FAILED}
