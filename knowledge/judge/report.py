"""A run as a file: to look at later, and to compare the next one with."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import msgspec

from bot.errors import BadRequest, TooLarge
from knowledge.judge.cases import Judged
from knowledge.judge.figures import Figures, figures

_MOST_BYTES: Final = 200 * 1024 * 1024
_FORMAT: Final = 1


@dataclass(frozen=True, slots=True)
class Run:
    """What was asked of whom, and what came of it."""

    at: str
    """When, as ISO 8601 has it."""
    tenant: str
    files: tuple[str, ...]
    answers: bool
    """True: the whole pipeline was asked, and not the search alone."""
    enough: float
    """The tenant's `faq_confidence`."""
    at_once: int
    figures: Figures
    judged: tuple[Judged, ...]
    unknown: tuple[str, ...] = ()
    """Titles in the questions that no entry has."""
    channel: str = ""
    """Whose customers asked; empty: any."""
    format: int = _FORMAT


def written(run: Run) -> bytes:
    """As JSON."""
    return msgspec.json.format(msgspec.json.encode(run), indent=1)


def read(path: Path) -> Run:
    """An earlier run, counted as runs are counted today. Raises BadRequest and TooLarge."""
    try:
        if not path.is_file():
            raise BadRequest(f"{path}: there is no such file")
        if path.stat().st_size > _MOST_BYTES:
            raise TooLarge(f"{path}: is over {_MOST_BYTES >> 20} MB")
        data = path.read_bytes()
    except OSError as error:
        raise BadRequest(f"{path}: can't be opened ({error.strerror})") from error
    try:
        run = msgspec.json.decode(data, type=Run)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadRequest(f"{path}: is no run that `kefu eval --json` wrote ({error})") from error
    if run.format != _FORMAT:
        raise BadRequest(f"{path}: was written by another version; run that evaluation again")
    return replace(run, figures=figures(run.judged))
