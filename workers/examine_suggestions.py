"""What `kefu doctor` says of the questions that a tenant offers.

One that nothing answers leads to the refusal, and that offers it again.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final

from bot.errors import Unavailable
from bot.pipeline.clauses import clauses
from bot.pipeline.context import KNOWN
from bot.pipeline.recall import same
from bot.pipeline.wants_person import wants_person
from bot.settings import Settings, TenantSettings
from bot.tools.asks import Asks
from bot.types import Outcome, Passage
from workers.ask import Asked, ask, build_pipeline
from workers.finding import Finding
from workers.librarian import Desk

_MEND: Final = "who clicks on it is refused; write an entry, or offer another question"


async def suggestions(settings: Settings, desk: Desk) -> list[Finding]:
    """Asked of the search alone: a model takes its time, and a tool may do something."""
    try:
        return [finding async for finding in _unanswered(settings, desk)]
    except Unavailable:  # who looks at that part tells it
        return []


async def _unanswered(settings: Settings, desk: Desk) -> AsyncIterator[Finding]:
    pipeline = build_pipeline(settings, _Searching(desk), None)
    for tenant in settings.tenants:
        offered = [text for text in tenant.suggestions if not _is_done_otherwise(text, tenant)]
        if not offered or not await desk.sources(tenant.name):
            continue
        for text in offered:
            asked = await ask(pipeline, settings, tenant.name, text, channel=_channel(settings, tenant))
            if _is_refused(asked, has_model=bool(settings.model.each)):
                told = f"nothing in the knowledge answers {text}: {_MEND}"
                yield Finding(f"tenants.{tenant.name}.suggestions", True, told, is_off=True)


def _channel(settings: Settings, tenant: TenantSettings) -> str:
    """Its only one. Several offer the same, so what all of their customers may be told has to do."""
    names = [channel.name for channel in settings.channels if channel.tenant == tenant.name]
    return names[0] if len(names) == 1 else ""


def _is_refused(asked: Asked, *, has_model: bool) -> bool:
    """A model may answer from what is no answer as it stands, if that holds it at all."""
    holds = has_model and sum(passage.score for passage in asked.passages) >= KNOWN
    return asked.outcome is Outcome.REFUSED and not holds


def _is_done_otherwise(text: str, tenant: TenantSettings) -> bool:
    """By a person, a tool, or what the shop does of its own."""
    own = {same(example) for intent in tenant.intents for example in intent.examples}
    is_asked = any(Asks(tool).find(text) for tool in tenant.tools if tool.asks)
    return is_asked or same(text) in own or wants_person(clauses(text))


@dataclass(frozen=True, slots=True)
class _Searching:
    """`bot.ports.Retriever` by an operator's command."""

    desk: Desk

    async def search(self, tenant: str, text: str, *, channel: str | None, limit: int) -> list[Passage]:
        """Raises Unavailable."""
        return await self.desk.search(tenant, text, channel=channel, limit=limit)

    async def ping(self) -> None:
        """Whoever searches learns it."""
