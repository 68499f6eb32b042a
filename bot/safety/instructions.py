"""Does an answer tell what the model was told? Found by runs that both share, not by what it means.

A translation shares none. For those a few turns of phrase are known, in which only a prompt speaks of itself.
What gets by all this is no secret: the rules are in the repository, and no key is ever in a prompt.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, cached_property
from importlib import resources
from typing import Final

from bot.safety import marks
from bot.safety.letters import letters, visible
from bot.safety.readings import Reading
from bot.settings import TenantSettings
from bot.tools.toolbox import HAND_OVER

_PLACE: Final = re.compile(r"\{\w+\}")
_WIDE: Final = 5
_NARROW: Final = 20
"""Letters of a run, where Chinese is among them and where it is not: about a clause's half of either."""
_LATIN: Final = re.compile(rf"[\x00-\x7f]{{{_NARROW},}}")
_FEW: Final = 5
"""Runs of the rules: nine Chinese letters in a row. No customer is ever to hear them."""
_SOME: Final = 12
_MANY: Final = 24
_MOST_OF: Final = 0.6
"""Runs of what the shop wrote: a bot may say who it is and what it can do, in a few words of that."""
_OF_ITSELF: Final = re.compile(
    r"system\s*prompt|系统提示|提示词|系统指令|初始指令"
    r"|\bmy\s+(?:initial|original|hidden|secret|internal)\s+(?:instructions?|prompt|rules)"
    r"|\b(?:reveal|disclos|expos|leak|divulg)\w*\s+(?:\w+\s+){0,3}(?:rules|instructions|prompt)\b"
    r"|\b(?:execute|follow|obey|carry\s+out)\s+(?:any|no)\s+(?:\w+\s+)?(?:instructions|commands|orders)\b"
    r"|\b(?:instructions?|commands)\b[^.]{0,60}\bnot\s+(?:to\s+)?be\s+(?:executed|followed|carried\s+out)",
    re.IGNORECASE,
)


class Instructions:
    """Those of one tenant's model."""

    def __init__(self, tenant: TenantSettings) -> None:
        public = (tenant.title, tenant.greeting, tenant.refusal, tenant.no_people, *tenant.suggestions)
        said = frozenset[str]().union(*map(_runs, public))
        self._rules = _rules() - said
        self._told = tuple(runs for text in _told(tenant) if (runs := _runs(text) - said))
        self._names = (HAND_OVER.name, *(tool.name for tool in tenant.tools if "_" in tool.name))

    def are_in(self, readings: Sequence[Reading], evidence: Iterable[str]) -> bool:
        """`readings`: of a text. `evidence`: what may be said whatever it is, as the knowledge or a tool says
        so."""
        text = readings[0].text
        known = _Known(evidence)
        return (
            marks.are_in(text)
            or any(name in text for name in self._names if name not in known.text)
            or any(self._tells(reading, known) for reading in readings)
        )

    def _tells(self, reading: Reading, known: _Known) -> bool:
        if any(match[0] not in known.text for match in _OF_ITSELF.finditer(visible(reading.text))):
            return True
        runs = _runs_of(reading.letters)
        rules = runs & self._rules
        if len(rules) >= _FEW and len(rules - known.runs) >= _FEW:
            return True
        found = ((runs & told, len(told)) for told in self._told)
        return any(_is_told(len(own), of) and _is_told(len(own - known.runs), of) for own, of in found)


class _Known:
    """What the evidence says."""

    def __init__(self, evidence: Iterable[str]) -> None:
        self.text = "\n".join(evidence)

    @cached_property
    def runs(self) -> set[str]:
        """Looked for only where an answer seems to tell something."""
        return _runs(self.text)


@cache
def _rules() -> frozenset[str]:
    """Whatever we tell models, without the shop's own words in it."""
    folders = (resources.files("bot.model") / "prompts", resources.files("bot.tools"))
    files = (file for folder in folders for file in folder.iterdir() if file.name.endswith(".md"))
    pieces = (piece for file in files for piece in _PLACE.split(file.read_text(encoding="utf-8")))
    return frozenset[str]().union(*map(_runs, pieces))


def _told(tenant: TenantSettings) -> Iterator[str]:
    yield tenant.persona
    for tool in tenant.tools:
        yield "".join((tool.description, *(own.description for own in tool.arguments.values())))


def _is_told(found: int, of: int) -> bool:
    return found >= _MANY or (found >= _SOME and found >= of * _MOST_OF)


def _runs(text: str) -> set[str]:
    return _runs_of(letters(text))


def _runs_of(plain: str) -> set[str]:
    wide = {run for run in _windows(plain, _WIDE) if not run.isascii()}
    narrow = (run for latin in _LATIN.findall(plain) for run in _windows(latin, _NARROW))
    return wide.union(narrow)


def _windows(plain: str, length: int) -> set[str]:
    return {plain[start : start + length] for start in range(len(plain) - length + 1)}
