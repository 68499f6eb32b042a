"""A run as one page that needs nothing from elsewhere. All that is not ours is escaped."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from html import escape
from importlib.resources import files
from typing import Final

from knowledge.judge.bounds import FIGURES
from knowledge.judge.cases import Decision, Judged
from knowledge.judge.choices import choices
from knowledge.judge.compare import Comparison
from knowledge.judge.figures import Figures
from knowledge.judge.plots import calibration, trade_off
from knowledge.judge.report import Run

_SHOWN: Final = 1000
"""Questions of a list: a browser bears it."""
_FOUND: Final = 3
_ANSWER_CHARS: Final = 300
_STEPS: Final = 50
_STYLE: Final = files("knowledge.judge").joinpath("page.css").read_text(encoding="utf-8")
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"
_KEY: Final = (
    '<p class="key"><span class="right">answered rightly</span> '
    '<span class="wrong">answered wrongly</span> <span class="refused">out of scope refused</span></p>'
)

_MISSES: Final[tuple[tuple[str, Callable[[Judged], bool]], ...]] = (
    ("Answered wrongly", lambda one: bool(one.case.gold) and one.decision is Decision.ANSWERED),
    (
        "Not answered, though the knowledge has it",
        lambda one: bool(one.case.gold) and one.decision not in (Decision.ANSWERED, Decision.FAILED),
    ),
    ("Answered, though out of scope", lambda one: not one.case.gold and one.decision is Decision.ANSWERED),
    ("Could not be asked", lambda one: one.decision is Decision.FAILED),
)


def page(run: Run, earlier: Run | None = None, comparison: Comparison | None = None) -> str:
    """HTML, with what changed since an earlier run where there is one."""
    title = escape(f"{run.tenant}: {len(run.judged)} questions")
    parts = [
        _head(title),
        f"<h1>{title}</h1><p>{escape(_told(run))}</p>",
        _figures(run.figures, earlier.figures if earlier else None),
        _outcomes(run.figures),
        _plots(run),
        *(_changes(comparison) if comparison else ()),
        *(
            _list(called, [one for one in run.judged if not one.is_good and is_one(one)])
            for called, is_one in _MISSES
        ),
    ]
    if run.unknown:
        names = "".join(f"<li>{escape(name)}</li>" for name in run.unknown)
        parts.append(f"<h2>Named, and no entry is called so</h2><ul>{names}</ul>")
    return "\n".join([*parts, "</main></html>\n"])


def _head(title: str) -> str:
    return (
        '<!doctype html>\n<html lang="en"><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{_STYLE}</style><main>"
    )


def _told(run: Run) -> str:
    asked = (
        "answers of the whole pipeline"
        if run.answers
        else f"searched, answered from a score of {run.enough:g}"
    )
    return f"{run.at} · {asked} · {run.at_once} at once · {', '.join(run.files)}"


def _figures(now: Figures, before: Figures | None) -> str:
    rows = []
    for figure in FIGURES.values():
        value = figure.of(now)
        if value is None:
            continue
        was = figure.of(before) if before else None
        cells, kind = [figure.called, figure.shown(value)], ""
        if before:
            cells.append("" if was is None else figure.change(value, was))
        if was is not None and value != was:
            kind = "right" if (value < was) == figure.less_is_better else "wrong"
        rows.append(_row(cells, kind))
    within = now.hit1_within
    note = f"<p>hit@1 lies between {within[0]:.3f} and {within[1]:.3f} with 95%.</p>" if within else ""
    return f"<h2>Figures</h2>{_table(['', 'now', 'change'] if before else ['', 'now'], rows)}{note}"


def _outcomes(figures: Figures) -> str:
    rows = [
        _row(
            map(
                str,
                (row.kind, row.questions, row.right, row.wrong, row.asked_back, row.handed_off, row.refused),
            )
        )
        for row in figures.rows
    ]
    names = ["asked", "questions", "answered rightly", "wrongly", "asked back", "to a person", "refused"]
    return f"<h2>What became of them</h2>{_table(names, rows)}"


def _plots(run: Run) -> str:
    plots = [("Promised and came true", calibration(run.figures.curve), "")]
    if not run.answers and (points := choices(run.judged, _STEPS)):
        plots.append(("Another faq_confidence", trade_off(points, run.enough), _KEY))
    told = "".join(f"<figure><figcaption>{name}</figcaption>{svg}{key}</figure>" for name, svg, key in plots)
    return f'<div class="plots">{told}</div>'


def _changes(comparison: Comparison) -> Iterable[str]:
    for called, changes in (("Got better", comparison.better), ("Got worse", comparison.worse)):
        rows = [_row([one.after.case.told, _came(one.before), _came(one.after)]) for one in changes[:_SHOWN]]
        table = _table(["question", "before", "now"], rows) if rows else ""
        yield f"<h2>{called} ({len(changes)})</h2>{table}"


def _came(one: Judged) -> str:
    """In a few words, as two of them stand in a row."""
    first = f": {one.found[0].title} {one.found[0].score:.2f}" if one.found else ""
    return f"{one.decision.value.replace('_', ' ')}{first}"


def _list(called: str, judged: Sequence[Judged]) -> str:
    if not judged:
        return ""
    rows = [
        _row([one.case.told, " / ".join(one.case.gold) or one.case.kind, _instead(one), _why(one)])
        for one in judged[:_SHOWN]
    ]
    more = f"<p>and {len(judged) - _SHOWN} more</p>" if len(judged) > _SHOWN else ""
    return f"<h2>{called} ({len(judged)})</h2>{_table(['question', 'right', 'found', ''], rows)}{more}"


def _instead(one: Judged) -> str:
    return "\n".join(f"{found.score:.2f} {found.title}" for found in one.found[:_FOUND])


def _why(one: Judged) -> str:
    return "\n".join(filter(None, (one.reason, one.answer[:_ANSWER_CHARS])))


def _table(names: Sequence[str], rows: Iterable[str]) -> str:
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in names)
    return (
        f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table></div>'
    )


def _row(cells: Iterable[str], kind: str = "") -> str:
    told = "".join(f"<td>{escape(cell)}</td>" for cell in cells)
    return f'<tr class="{kind}">{told}</tr>' if kind else f"<tr>{told}</tr>"
