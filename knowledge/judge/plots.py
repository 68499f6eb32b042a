"""Plots as SVG. They hold numbers and words of ours, and nothing from outside."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Final

from knowledge.judge.choices import Choice
from knowledge.judge.figures import Bin

_SIZE: Final = 320
_EDGE: Final = 44
"""Room for what stands beside the axes."""
_TICKS: Final = (0.0, 0.25, 0.5, 0.75, 1.0)
_SMALLEST: Final = 3.0
_LARGEST: Final = 14.0


def calibration(curve: Sequence[Bin]) -> str:
    """What was promised against what came true: on the diagonal all is well. A dot's area is its share."""
    most = max((each.questions for each in curve), default=1)
    dots = (
        f'<circle cx="{_x(each.promised):.1f}" cy="{_y(each.came_true):.1f}" '
        f'r="{_radius(each.questions / most):.1f}"><title>{each.questions} questions: '
        f"{each.promised:.2f} promised, {each.came_true:.2f} right</title></circle>"
        for each in curve
    )
    line = _line(((each.promised, each.came_true) for each in curve), "right")
    diagonal = _line(((0.0, 0.0), (1.0, 1.0)), "even")
    return _framed("Calibration", "promised", "came true", (diagonal, line, *dots))


def trade_off(choices: Sequence[Choice], enough: float) -> str:
    """What another `faq_confidence` would do to these very questions; the upright line is the present one."""
    lines = (
        _line(((one.enough, one.right) for one in choices), "right"),
        _line(((one.enough, one.wrong) for one in choices), "wrong"),
        _line(((one.enough, one.refused) for one in choices), "refused"),
        _line(((enough, 0.0), (enough, 1.0)), "even"),
    )
    return _framed("Another faq_confidence", "faq_confidence", "share", lines)


def _framed(title: str, below: str, beside: str, parts: Iterable[str]) -> str:
    grid = "".join(_tick(at) for at in _TICKS)
    middle = _EDGE + _SIZE / 2
    whole = _SIZE + 1.5 * _EDGE
    return (
        f'<svg viewBox="0 0 {whole:.0f} {whole:.0f}" role="img" aria-label="{title}">{grid}'
        f'<text x="{middle:.0f}" y="{whole - 4:.0f}" class="middle">{below}</text>'
        f'<text x="12" y="{whole / 2:.0f}" class="middle" '
        f'transform="rotate(-90 12 {whole / 2:.0f})">{beside}</text>{"".join(parts)}</svg>'
    )


def _tick(at: float) -> str:
    x, y, left, right, top, low = _x(at), _y(at), _x(0), _x(1), _y(1), _y(0)
    return (
        f'<path class="grid" d="M{left:.1f} {y:.1f}H{right:.1f}M{x:.1f} {low:.1f}V{top:.1f}"/>'
        f'<text x="{x:.1f}" y="{low + 16:.1f}" class="middle">{at:g}</text>'
        f'<text x="{left - 6:.1f}" y="{y + 4:.1f}" class="end">{at:g}</text>'
    )


def _line(points: Iterable[tuple[float, float]], kind: str) -> str:
    """The kind is a class of the page's style."""
    told = " ".join(f"{_x(x):.1f},{_y(y):.1f}" for x, y in points)
    return f'<polyline class="line {kind}" points="{told}"/>'


def _x(value: float) -> float:
    return _EDGE + _SIZE * value


def _y(value: float) -> float:
    return _EDGE / 2 + _SIZE * (1 - value)


def _radius(part: float) -> float:
    return max(_SMALLEST, _LARGEST * math.sqrt(part))
