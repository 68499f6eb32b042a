"""A shop's own entry on what is no question of its goods: on thanks, or on how to reach a person."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import structlog

from bot.errors import Refused, Unavailable
from bot.ports import Retriever
from bot.types import Answer, Outcome, Passage, Turn, changed

log = structlog.get_logger()

_ITS_OWN: Final = 0.7
"""So probably an entry must be the shop's answer to it: 谢谢 is near 感谢卡, too."""


async def by_own_entry(
    turn: Turn, retriever: Retriever, fits: Callable[[Passage], bool] | None = None
) -> Turn | None:
    """The turn, ended as the entry says; None where the shop has none, or none that `fits`."""
    entry = await _entry(turn, retriever)
    if entry is None or (fits and not fits(entry)):
        return None
    return changed(turn, passages=(entry,), answer=Answer(entry.text, Outcome.FAQ, (entry.source,)))


async def _entry(turn: Turn, retriever: Retriever) -> Passage | None:
    """What was said before would lead astray."""
    asked = turn.conversation
    try:
        found = await retriever.search(asked.tenant, turn.question, channel=asked.channel, limit=1)
    except (Unavailable, Refused) as error:
        log.debug("own_entry_not_looked_up", reason=str(error))
        return None
    return next((one for one in found if one.is_faq and one.score >= _ITS_OWN and not one.by_words), None)
