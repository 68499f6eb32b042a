"""`kefu eval` at work: from files to a run that is judged."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bot.errors import BadRequest, Rejected
from bot.settings import Settings
from knowledge.judge.cases import Case, Decision, Judged
from knowledge.judge.figures import figures
from knowledge.judge.report import Run
from workers.cli.figures import console
from workers.cli.importing import Reading, index, progress, read_files
from workers.misnamed import left_out, misnamed

if TYPE_CHECKING:
    from workers.librarian import Desk


@dataclass(frozen=True, slots=True)
class Asking:
    """What is asked of whom, and how."""

    tenant: str
    channel: str
    """Whose customers ask; empty: any."""
    files: tuple[Path, ...]
    knowledge: tuple[Path, ...]
    """Files to ask in place of the tenant's knowledge; none: the tenant's."""
    only: str
    answers: bool
    at_once: int


def examine(settings: Settings, asking: Asking) -> tuple[Run, list[str]]:
    """The run, and what is wrong with it, each a line. Raises KefuError."""
    from knowledge.judge import questions  # its readers take a while to load

    reading, titles = _read_knowledge(asking.knowledge)
    asked = questions.read(asking.files, titles=titles)
    for note in (*reading.notes, *asked.notes):
        print(f"note: {note}", file=sys.stderr)
    cases = [case for case in asked.cases if asking.only in ("", *case.tags)]
    if not cases:
        raise BadRequest("\n".join(asked.problems[:5]) or "there is no such question to ask")
    at = datetime.now(UTC).isoformat(timespec="seconds")
    asked_all, unknown = asyncio.run(_ask(settings, asking, cases, reading))
    without = left_out(asked_all, unknown)
    judged = tuple(one for one in asked_all if one not in without)
    run = Run(
        at=at,
        tenant=asking.tenant,
        channel=asking.channel,
        files=tuple(questions.name_of(path) for path in asking.files),
        answers=asking.answers,
        enough=settings.tenant(asking.tenant).faq_confidence,
        at_once=asking.at_once,
        figures=figures(judged),
        judged=judged,
        unknown=tuple(unknown),
    )
    problems = [*_failures(judged), *_misnamed(unknown), *_left_out(without)]
    return run, [*reading.problems, *asked.problems, *problems]


async def _ask(
    settings: Settings, asking: Asking, cases: Sequence[Case], reading: Reading
) -> tuple[tuple[Judged, ...], dict[str, tuple[str, ...]]]:
    from workers.evaluate import Examiner

    async with _desk(settings, asking, reading) as desk:
        examiner = Examiner(desk, settings, asking.tenant, asking.answers, asking.channel)
        with progress() as bar:
            task = bar.add_task("asking", total=len(cases))
            judged = await examiner.examine(cases, at_once=asking.at_once, on_each=partial(bar.advance, task))
        return judged, await misnamed(desk, asking.tenant, judged, at_once=asking.at_once)


@asynccontextmanager
async def _desk(settings: Settings, asking: Asking, reading: Reading) -> AsyncIterator[Desk]:
    """Imported late, for the vector clients take a second to load."""
    from workers.desk import open_beside, open_desk

    if not asking.knowledge:
        async with open_desk(settings) as desk:
            yield desk
        return
    async with open_beside(settings) as desk:
        await index(desk, asking.tenant, reading, console)
        yield desk


def _read_knowledge(paths: Sequence[Path]) -> tuple[Reading, dict[str, str]]:
    """As an import reads it, but for sets of entries with ids, and those ids with their titles."""
    from knowledge.judge import sets

    reading = read_files([path for path in paths if path.suffix.lower() != sets.ENDING], kept=set())
    titles: dict[str, str] = {}
    for path in (path for path in paths if path.suffix.lower() == sets.ENDING):
        try:
            reading.sources[path.name], named = sets.read(path)
        except Rejected as error:
            reading.refused.append(str(error))
            continue
        titles |= named
    return reading, titles


def _failures(judged: Sequence[Judged]) -> list[str]:
    """One reason stands for all, as there are few, and mostly for one cause."""
    reasons = [one.reason for one in judged if one.decision is Decision.FAILED]
    return [f"{len(reasons)} of the questions could not be asked: {reasons[0]}"] if reasons else []


def _misnamed(unknown: Mapping[str, Sequence[str]]) -> list[str]:
    return [_told(gold, titles) for gold, titles in unknown.items()]


def _told(gold: str, titles: Sequence[str]) -> str:
    if len(titles) > 1:
        return f"several sections are called {gold}; name one as gold: {', '.join(titles)}"
    near = f" (the nearest is {titles[0]})" if titles else ""
    return f"no entry is called {gold}; name another as gold{near}, or import it"


def _left_out(without: Sequence[Judged]) -> list[str]:
    """Their right answer is not known, so neither is whether they got it."""
    return [f"in no figure, as their gold is none: {len(without)}"] if without else []
