"""What the files hold that a tenant's configuration names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

import structlog

from bot.errors import Misconfigured, Rejected
from bot.settings import TenantSettings
from knowledge.documents import Item
from knowledge.load import File, files, load_all

log = structlog.get_logger()


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


def _files(tenant: TenantSettings, wrong: list[str]) -> Iterator[File]:
    for path in tenant.knowledge:
        try:
            yield from files(path)
        except Rejected as error:
            wrong.append(f"tenants.{tenant.name}.knowledge: {error}")
