"""What figures must reach, so that a build can fail by them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from knowledge.judge.cases import FAR, NEAR
from knowledge.judge.figures import Figures


@dataclass(frozen=True, slots=True)
class Figure:
    """One of the figures, as it is called and read."""

    called: str
    of: Callable[[Figures], float | None]
    less_is_better: bool = False
    digits: int = 3

    def shown(self, value: float) -> str:
        """As people read it."""
        return f"{value:.{self.digits}f}"

    def change(self, value: float, was: float) -> str:
        """With its sign."""
        return f"{value - was:+.{self.digits}f}"


def _ms(seconds: float | None) -> float | None:
    return None if seconds is None else 1000 * seconds


FIGURES: Final = {
    "hit1": Figure("hit@1", lambda figures: figures.hit1),
    "hit3": Figure("hit@3", lambda figures: figures.hit3),
    "mrr": Figure("MRR", lambda figures: figures.mrr),
    "answered": Figure("answered", lambda figures: figures.answered),
    "right": Figure("answered rightly", lambda figures: figures.right),
    "wrong": Figure("answered wrongly", lambda figures: figures.wrong, less_is_better=True),
    "refused": Figure("out of scope refused", lambda figures: figures.refused),
    "refused_far": Figure("far refused", lambda figures: figures.refused_of.get(FAR)),
    "refused_near": Figure("near refused", lambda figures: figures.refused_of.get(NEAR)),
    "ece": Figure("calibration error", lambda figures: figures.ece, less_is_better=True),
    "likeness": Figure("likeness to references", lambda figures: figures.likeness),
    "p50_ms": Figure("p50 ms", lambda figures: _ms(figures.p50_s), less_is_better=True, digits=0),
    "p95_ms": Figure("p95 ms", lambda figures: _ms(figures.p95_s), less_is_better=True, digits=0),
}


def missed(figures: Figures, bounds: Mapping[str, float]) -> Iterator[str]:
    """A line for each bound that is not kept. Bounds go by the names of the figures; a figure without any
    question keeps none."""
    for name, bound in bounds.items():
        figure = FIGURES[name]
        value = figure.of(figures)
        if value is None:
            yield f"{figure.called}: no question tells it, and {_wanted(figure, bound)}"
        elif value > bound if figure.less_is_better else value < bound:
            yield f"{figure.called}: {value:.4g}, and {_wanted(figure, bound)}"


def _wanted(figure: Figure, bound: float) -> str:
    return f"{bound:g} {'at most' if figure.less_is_better else 'at least'} was asked for"
