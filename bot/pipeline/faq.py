"""The FAQ's own answers, as far as they are near enough to be sent as they stand."""

from __future__ import annotations

from collections.abc import Sequence

from bot.settings import TenantSettings
from bot.types import Answer, Outcome, Passage, Turn


def from_faq(turn: Turn, tenant: TenantSettings) -> Answer | None:
    """Those of the nearest entries, each once; None where none is near."""
    whole = tuple(passage for passage in turn.passages if passage.is_faq)[:1]
    near = _near(turn.nearest, tenant) or _near(whole, tenant)
    if not near:
        return None
    each = {passage.id: passage for passage in near}.values()
    return Answer(
        "\n\n".join(passage.text for passage in each), Outcome.FAQ, tuple(passage.source for passage in each)
    )


def _near(passages: Sequence[Passage], tenant: TenantSettings) -> list[Passage]:
    return [passage for passage in passages if passage.score >= tenant.faq_confidence]
