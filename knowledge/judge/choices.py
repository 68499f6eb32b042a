"""What another `faq_confidence` would do to questions that were asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.judge.cases import Decision, Judged


@dataclass(frozen=True, slots=True)
class Choice:
    """What would become of the questions if a passage had to be so sure to be answered with."""

    enough: float
    right: float
    """Of what is in scope."""
    wrong: float
    refused: float
    """Of what is out of scope."""


def choices(judged: Sequence[Judged], steps: int) -> list[Choice]:
    """From answering all to answering what is certain. Meant for searches; nothing where either scope has no
    question."""
    asked = [one for one in judged if one.decision is not Decision.FAILED]
    inside = [one for one in asked if one.case.gold]
    outside = [one for one in asked if not one.case.gold]
    if not inside or not outside:
        return []
    return [
        Choice(
            enough,
            right=sum(one.sure >= enough and one.rank == 1 for one in inside) / len(inside),
            wrong=sum(one.sure >= enough and one.rank != 1 for one in inside) / len(inside),
            refused=sum(one.sure < enough or not one.found for one in outside) / len(outside),
        )
        for enough in (step / steps for step in range(steps + 1))
    ]
