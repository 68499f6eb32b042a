"""What the files hold that a tenant's configuration names, and what it named before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping
from typing import Final

import structlog

from bot.errors import Misconfigured, Rejected
from bot.settings import TenantSettings
from knowledge.documents import Item
from knowledge.load import File, files, load_all
from knowledge.shelves import Version

log = structlog.get_logger()

_TOLD: Final = 20
"""Sources in a line of the log."""


def by_source(tenant: TenantSettings) -> Mapping[str, list[Item]]:
    """By the files' names; a file that holds nothing any more is among them.

    Raises Misconfigured (a file is missing or can't be read).
    """
    grouped: defaultdict[str, list[Item]] = defaultdict(list)
    wrong: list[str] = []
    for file, loaded in load_all(_files(tenant, wrong)):
        if isinstance(loaded, Rejected):
            wrong.append(f"tenants.{tenant.name}.knowledge: {loaded}")
            continue
        for problem in loaded.problems:
            log.warning("knowledge_row_left_out", tenant=tenant.name, problem=problem)
        grouped[file.name] += loaded.items
    if wrong:
        raise Misconfigured(wrong)
    return grouped


def no_longer_configured(
    tenant: str, version: Version, there: Iterable[str], held: Container[str]
) -> list[str]:
    """Sources that the version has from the configuration, which names them no more: deleted, or renamed.

    Nothing is dropped on a guess: where nobody noted what was configured, an operator is told instead.
    `there`: all sources that the version has. `held`: those that the configuration names now.
    """
    if version.configured is None:
        others = sorted(source for source in there if source not in held)
        if others:
            told = "`kefu knowledge remove` those whose files were deleted"
            log.warning("knowledge_from_elsewhere", tenant=tenant, sources=others[:_TOLD], mend=told)
        return []
    gone = [source for source in version.configured if source not in held]
    if gone:
        log.warning("knowledge_no_longer_configured", tenant=tenant, sources=gone[:_TOLD], count=len(gone))
    return gone


def _files(tenant: TenantSettings, wrong: list[str]) -> Iterator[File]:
    for path in tenant.knowledge:
        try:
            yield from files(path)
        except Rejected as error:
            wrong.append(f"tenants.{tenant.name}.knowledge: {error}")
