"""`kefu eval`: how good the knowledge is, by questions of which somebody knows what is right."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from bot.errors import BadRequest
from knowledge.judge.bounds import missed
from knowledge.judge.compare import Comparison
from knowledge.judge.page import page
from knowledge.judge.report import Run, read, written
from workers.cli.common import (
    DEFAULT_CONFIG,
    FAILED,
    Channel,
    Config,
    Tenant,
    channel_of,
    read_settings,
    tells_problems,
    tenant_of,
)
from workers.cli.evaluating import Asking, examine
from workers.cli.figures import first, show

_TOLD: Final = 30


def _bound(told: str, *, most: float | None = 1) -> Any:
    """An option that a build can fail by."""
    return typer.Option(min=0, max=most, help=told, show_default=False, rich_help_panel="Bounds")


@tells_problems
def evaluate(
    paths: Annotated[list[Path], typer.Argument(metavar="FILE…", help="Questions: .jsonl .csv .tsv")],
    tenant: Tenant = "",
    channel: Channel = "",
    answers: Annotated[
        bool, typer.Option("--answers", help="Ask the whole pipeline, and not the search alone.")
    ] = False,
    knowledge: Annotated[
        list[Path] | None,
        typer.Option(
            "--knowledge", help="Ask of these files alone, as if they were imported; nothing is kept."
        ),
    ] = None,
    only: Annotated[str, typer.Option("--only", help="Only questions with this tag or split.")] = "",
    at_once: Annotated[int, typer.Option(min=1, max=64, help="How many questions are under way.")] = 4,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Write all of it, to compare with later.")
    ] = None,
    html_file: Annotated[
        Path | None, typer.Option("--html", help="Write a page with plots and all misses.")
    ] = None,
    compare: Annotated[Path | None, typer.Option("--compare", help="What --json wrote before.")] = None,
    hit1: Annotated[float | None, _bound("In scope, at least so many found first.")] = None,
    hit3: Annotated[float | None, _bound("In scope, at least so many found among the first three.")] = None,
    mrr: Annotated[float | None, _bound("In scope, the mean of 1 ÷ place at least.")] = None,
    answered: Annotated[float | None, _bound("In scope, at least so many answered.")] = None,
    right: Annotated[float | None, _bound("In scope, at least so many answered rightly.")] = None,
    wrong: Annotated[float | None, _bound("In scope, at most so many answered wrongly.")] = None,
    refused: Annotated[float | None, _bound("Out of scope, at least so many not answered.")] = None,
    refused_far: Annotated[float | None, _bound("Of those that are far, at least so many.")] = None,
    refused_near: Annotated[float | None, _bound("Of those that are near, at least so many.")] = None,
    ece: Annotated[float | None, _bound("The expected calibration error at most.")] = None,
    p95_ms: Annotated[float | None, _bound("Milliseconds that 95% take at most.", most=None)] = None,
    config: Config = DEFAULT_CONFIG,
) -> None:
    """Ask questions with known answers: what is found first, answered, refused, and how sure it is.

    Exit code 1 when a bound is missed, a line of a file is bad, or a question can't be asked.
    """
    bounds = {
        "hit1": hit1,
        "hit3": hit3,
        "mrr": mrr,
        "answered": answered,
        "right": right,
        "wrong": wrong,
        "refused": refused,
        "refused_far": refused_far,
        "refused_near": refused_near,
        "ece": ece,
        "p95_ms": p95_ms,
    }
    settings = read_settings(config)
    name = tenant_of(settings, tenant)
    asking = Asking(
        name,
        channel_of(settings, name, channel),
        tuple(paths),
        tuple(knowledge or ()),
        only,
        answers,
        at_once,
    )
    for path in filter(None, (json_file, html_file)):
        _check_place(path)
    earlier = read(compare) if compare else None
    run, problems = examine(settings, asking)
    comparison = Comparison.of(earlier.judged, run.judged) if earlier else None
    if earlier and _asked(earlier) != _asked(run):
        told = "note: the earlier run asked another tenant, or in the other way (--answers, --channel)"
        print(told, file=sys.stderr)
    show(run, earlier, comparison)
    _write(json_file, written(run))
    _write(html_file, page(run, earlier, comparison).encode())
    below = list(missed(run.figures, {name: bound for name, bound in bounds.items() if bound is not None}))
    for line in (*first(problems, _TOLD), *below):
        print(line, file=sys.stderr)
    if problems or below:
        raise typer.Exit(FAILED)


def _asked(run: Run) -> tuple[str, str, bool]:
    return run.tenant, run.channel, run.answers


def _check_place(path: Path) -> None:
    """Before anything is asked, as that may take a while. Raises BadRequest."""
    if path.is_dir() or not path.parent.is_dir():
        raise BadRequest(f"{path}: can't be written; name a file in a folder that is there")


def _write(path: Path | None, data: bytes) -> None:
    if path is None:
        return
    try:
        path.write_bytes(data)
    except OSError as error:
        raise BadRequest(f"{path}: can't be written ({error.strerror})") from error
