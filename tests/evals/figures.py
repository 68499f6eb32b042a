"""What is counted over a question set."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

_BINS: Final = 10


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that was put to the knowledge."""

    kind: str
    """in_scope, or one of several kinds of out-of-scope."""
    gold: str | None
    found: tuple[str, ...]
    """Items, best first."""
    sure: float
    """That the first of them is right."""
    is_answered: bool


def figures(asked: Sequence[Asked]) -> dict[str, object]:
    """hit@1 and 3 and MRR of what is in scope, how much of each kind was refused, calibration of all."""
    inside = [one for one in asked if one.gold is not None]
    ranks = [one.found.index(one.gold) + 1 if one.gold in one.found else 0 for one in inside]
    each = Counter(one.kind for one in asked)
    answered = Counter(one.kind for one in asked if one.is_answered)
    return {
        "questions": len(asked),
        "hit@1": _share(sum(rank == 1 for rank in ranks), len(ranks)),
        "hit@3": _share(sum(0 < rank <= 3 for rank in ranks), len(ranks)),
        "mrr": _share(sum(1 / rank for rank in ranks if rank), len(ranks)),
        "answered": {kind: _share(answered[kind], count) for kind, count in sorted(each.items())},
        "ece": round(calibration_error(asked), 3),
    }


def calibration_error(asked: Sequence[Asked]) -> float:
    """How far what was promised lies from what came true, in ten bins of equal width (expected calibration
    error). An answer to what is out of scope is wrong."""
    bins: dict[int, list[Asked]] = {}
    for one in asked:
        bins.setdefault(min(int(one.sure * _BINS), _BINS - 1), []).append(one)
    return sum(abs(sum(one.sure - _is_right(one) for one in each)) for each in bins.values()) / len(asked)


def _is_right(one: Asked) -> bool:
    return one.gold is not None and one.found[:1] == (one.gold,)


def _share(part: float, whole: int) -> float:
    return round(part / whole, 3) if whole else 0.0
