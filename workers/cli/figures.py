"""Figures of an evaluation in the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from rich.console import Console
from rich.table import Table

from knowledge.judge.bounds import FIGURES
from knowledge.judge.cases import Decision, Judged
from knowledge.judge.compare import Change, Comparison
from knowledge.judge.figures import Figures
from knowledge.judge.report import Run

console = Console(highlight=False, soft_wrap=True, emoji=False, markup=False)

_SHOWN: Final = 10
_WORTH_A_PLACE: Final = {"hit1", "hit3", "mrr", "ece", "likeness", "p50_ms", "p95_ms"}
"""The others stand in the table below."""


def show(run: Run, earlier: Run | None, comparison: Comparison | None) -> None:
    """All of it, with the first few misses."""
    _figures(run.figures, earlier.figures if earlier else None)
    _outcomes(run.figures)
    _misses([one for one in run.judged if not one.is_good])
    if comparison:
        _changes("better", comparison.better)
        _changes("worse", comparison.worse)
        _set_apart(comparison)


def _figures(now: Figures, before: Figures | None) -> None:
    table = Table("", "now", "95%", "change", box=None) if before else Table("", "now", "95%", box=None)
    for name, figure in FIGURES.items():
        value, was = figure.of(now), figure.of(before) if before else None
        if value is None or (name not in _WORTH_A_PLACE and before is None):
            continue
        within = now.hit1_within if name == "hit1" else None
        cells = [figure.called, figure.shown(value), f"{within[0]:.3f}–{within[1]:.3f}" if within else ""]
        table.add_row(*cells, *([figure.change(value, was) if was is not None else ""] if before else []))
    console.print(table)


def _outcomes(figures: Figures) -> None:
    names = ("asked", "questions", "right", "wrong", "asked back", "to a person", "refused")
    table = Table(*names, box=None)
    for row in figures.rows:
        counts = (row.questions, row.right, row.wrong, row.asked_back, row.handed_off, row.refused)
        table.add_row(row.kind, *map(str, counts))
    console.print(table)


def _misses(misses: Sequence[Judged]) -> None:
    if not misses:
        return
    table = Table("", "question", "right", "found", "score", box=None)
    for one in misses[:_SHOWN]:
        gold = " / ".join(one.case.gold) or f"({one.case.kind})"
        first = one.found[0] if one.found else None
        table.add_row(_decision(one), one.case.told, gold, first.title if first else "", f"{one.sure:.2f}")
    console.print(table)
    _more(len(misses), "--html FILE shows them all")


def _changes(called: str, changes: Sequence[Change]) -> None:
    console.print(f"{len(changes)} got {called}")
    for one in changes[:_SHOWN]:
        console.print(f"  {one.after.case.told}: {_came(one.before)} → {_came(one.after)}")
    _more(len(changes), "--html FILE shows them all")


def _came(one: Judged) -> str:
    return f"{_decision(one)} ({one.found[0].title})" if one.found else _decision(one)


def _decision(one: Judged) -> str:
    if one.decision is Decision.ANSWERED:
        return "right" if one.is_right else "wrong"
    return one.decision.value.replace("_", " ")


def _set_apart(comparison: Comparison) -> None:
    apart = {
        f"{comparison.only_before} were asked then, and not now": comparison.only_before,
        f"{comparison.only_after} are asked now, and were not then": comparison.only_after,
    }
    for told in (told for told, count in apart.items() if count):
        console.print(told)


def _more(count: int, where: str) -> None:
    if count > _SHOWN:
        console.print(f"and {count - _SHOWN} more; {where}")


def first(lines: Iterable[str], most: int) -> list[str]:
    """So many of them, and how many more there are."""
    lines = list(lines)
    return lines if len(lines) <= most else [*lines[:most], f"… and {len(lines) - most} more of these"]
