"""What `kefu doctor` says of the knowledge that the configuration names."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from bot.errors import Rejected
from bot.settings import Settings, TenantSettings
from knowledge.disagree import disagreements
from knowledge.documents import Item, Loaded
from knowledge.load import files, load_all
from workers.finding import Finding

_TOLD: Final = 5


def knowledge(settings: Settings) -> Iterator[Finding]:
    """Each file or folder, and what they say together."""
    for tenant in settings.tenants:
        part = f"tenants.{tenant.name}.knowledge"
        if not tenant.knowledge:
            yield Finding(part, True, "none configured; `kefu knowledge import` adds some")
        items: list[Item] = []
        for path in tenant.knowledge:
            finding, read = _read(part, path)
            items += read
            yield finding
        yield from _together(part, items, has_model=bool(settings.model.each))


def configured(tenant: TenantSettings) -> list[Item]:
    """What the files hold that can be read: of the others somebody else tells."""
    return [item for path in tenant.knowledge for item in _read("", path)[1]]


def _read(part: str, path: Path) -> tuple[Finding, list[Item]]:
    if not path.exists():
        told = f"there is no {path}; put it there, or write where the knowledge is"
        return Finding(part, False, told), []
    try:
        read = [loaded for _, loaded in load_all(files(path))]
    except Rejected as error:
        return Finding(part, False, f"{error}; mend it, or take it out"), []
    loaded = [one for one in read if isinstance(one, Loaded)]
    items = [item for one in loaded for item in one.items]
    if refused := [str(one) for one in read if isinstance(one, Rejected)]:
        return Finding(part, False, f"{'; '.join(refused)}; mend it, or take it out"), items
    problems = [problem for one in loaded for problem in one.problems]
    left_out = f"; {len(problems)} rows left out, the first: {problems[0]}" if problems else ""
    told = f"{path.name}: {len(items)} item{'' if len(items) == 1 else 's'}{left_out}"
    return Finding(part, True, told), items


def _together(part: str, items: list[Item], *, has_model: bool) -> Iterator[Finding]:
    lines = disagreements(items)
    more = f"; and {len(lines) - _TOLD} more" if len(lines) > _TOLD else ""
    if lines:
        yield Finding(part, True, f"{'; '.join(lines[:_TOLD])}{more}")
    if not has_model and any(not item.is_faq for item in items):
        told = "documents are quoted where a piece is sure to answer, which is seldom without many of them"
        yield Finding(part, True, f"{told}; a [model] answers from them")
