"""What is counted over questions that were judged. The one place that knows how."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from knowledge.judge.cases import IN, Decision, Judged

BINS: Final = 10
_Z: Final = 1.96
"""Of a normal distribution, 95% lie within so many spreads of its middle."""


@dataclass(frozen=True, slots=True)
class Row:
    """What became of the questions of one kind."""

    kind: str
    questions: int
    right: int
    wrong: int
    asked_back: int
    handed_off: int
    refused: int

    @property
    def answered(self) -> int:
        """Rightly or wrongly."""
        return self.right + self.wrong


@dataclass(frozen=True, slots=True)
class Bin:
    """Questions whose first passage was promised to be right about equally probably."""

    questions: int
    promised: float
    """In the mean."""
    came_true: float


@dataclass(frozen=True, slots=True)
class Figures:
    """Shares from 0 to 1; None where there was no question to count."""

    questions: int
    failed: int
    """Could not be asked; in no other figure."""
    hit1: float | None
    """In scope, the right passage stood first."""
    hit1_within: tuple[float, float] | None
    """The 95% interval."""
    hit3: float | None
    mrr: float | None
    """The mean of 1 ÷ rank."""
    answered: float | None
    """In scope, rightly or wrongly."""
    right: float | None
    """In scope, answered rightly."""
    wrong: float | None
    """In scope, answered wrongly."""
    refused: float | None
    """Out of scope of any kind, not answered."""
    refused_of: dict[str, float]
    """The same for each kind."""
    ece: float | None
    """How far what was promised lies from what came true."""
    likeness: float | None
    """Of answers to their references, in the mean."""
    p50_s: float | None
    p95_s: float | None
    rows: tuple[Row, ...]
    curve: tuple[Bin, ...]


def figures(judged: Sequence[Judged]) -> Figures:
    """All of them."""
    asked = [one for one in judged if one.decision is not Decision.FAILED]
    inside = [one for one in asked if one.case.gold]
    outside = [one for one in asked if not one.case.gold]
    ranks = [one.rank for one in inside]
    hits = sum(rank == 1 for rank in ranks)
    answers = [one for one in inside if one.decision is Decision.ANSWERED]
    kinds = sorted({one.case.kind for one in outside})
    curve = tuple(_bin(each) for each in _bins(asked) if each)
    seconds = [one.seconds for one in asked]
    return Figures(
        questions=len(judged),
        failed=len(judged) - len(asked),
        hit1=share(hits, len(ranks)),
        hit1_within=interval(hits, len(ranks)) if ranks else None,
        hit3=share(sum(0 < rank <= 3 for rank in ranks), len(ranks)),
        mrr=mean(1 / rank if rank else 0.0 for rank in ranks),
        answered=share(len(answers), len(inside)),
        right=share(sum(one.is_right for one in inside), len(inside)),
        wrong=share(sum(not one.is_right for one in answers), len(inside)),
        refused=_refused(outside),
        refused_of={
            kind: _refused([one for one in outside if one.case.kind == kind]) or 0.0 for kind in kinds
        },
        ece=mean_gap(curve) if asked else None,
        likeness=mean(one.likeness for one in asked if one.likeness is not None),
        p50_s=quantile(seconds, 0.5),
        p95_s=quantile(seconds, 0.95),
        rows=tuple(_row(kind, asked) for kind in (*([IN] if inside else []), *kinds)),
        curve=curve,
    )


def mean_gap(curve: Sequence[Bin]) -> float:
    """The expected calibration error: the mean over all questions of how far their bin is off."""
    whole = sum(each.questions for each in curve)
    return sum(each.questions * abs(each.promised - each.came_true) for each in curve) / whole


def interval(hits: int, whole: int) -> tuple[float, float]:
    """Where a share lies with 95% (Wilson's score interval). Near 1 and on small sets, where the usual
    formula is wrong, it is what drawing the questions again and again would give."""
    part, weight = hits / whole, _Z**2 / whole
    middle = (part + weight / 2) / (1 + weight)
    spread = _Z * math.sqrt(part * (1 - part) / whole + weight / (4 * whole)) / (1 + weight)
    return max(middle - spread, 0.0), min(middle + spread, 1.0)


def quantile(values: Sequence[float], part: float) -> float | None:
    """The smallest value that so great a part does not exceed."""
    if not values:
        return None
    return sorted(values)[max(math.ceil(part * len(values)) - 1, 0)]


def share(part: int, whole: int) -> float | None:
    """None of nothing."""
    return part / whole if whole else None


def mean(values: Iterable[float]) -> float | None:
    """None of nothing."""
    values = list(values)
    return sum(values) / len(values) if values else None


def _refused(outside: Sequence[Judged]) -> float | None:
    return share(sum(one.decision is not Decision.ANSWERED for one in outside), len(outside))


def _row(kind: str, asked: Sequence[Judged]) -> Row:
    own = [one for one in asked if (IN if one.case.gold else one.case.kind) == kind]
    right = sum(one.is_right for one in own)
    count = [one.decision for one in own].count
    return Row(
        kind,
        questions=len(own),
        right=right,
        wrong=count(Decision.ANSWERED) - right,
        asked_back=count(Decision.ASKED_BACK),
        handed_off=count(Decision.HANDED_OFF),
        refused=count(Decision.REFUSED),
    )


def _bins(asked: Sequence[Judged]) -> list[list[Judged]]:
    """Of equal width."""
    bins: list[list[Judged]] = [[] for _ in range(BINS)]
    for one in asked:
        bins[min(int(one.sure * BINS), BINS - 1)].append(one)
    return bins


def _bin(own: Sequence[Judged]) -> Bin:
    """To what is out of scope, no passage is right."""
    promised = sum(one.sure for one in own) / len(own)
    return Bin(len(own), promised, sum(one.rank == 1 for one in own) / len(own))
