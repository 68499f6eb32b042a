"""Keeps from being shown, while the model speaks, what would be withheld in the end."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.pipeline.checks import Checks
from bot.safety.moderation import Moderation
from bot.types import Turn, changed


class Shield:
    """Looks at each text before it is shown, beside `bot.pipeline.preview`, which looks for words.

    Where a server judges answers nothing is shown: it is asked once, about the whole.
    """

    name = "shield"

    def __init__(self, checks: Mapping[str, Checks], moderation: Moderation | None = None) -> None:
        self._checks = checks
        self._is_judged = moderation is not None and moderation.is_on("out")

    async def __call__(self, turn: Turn) -> Turn:
        """Behind the search, as what was found may be said."""
        if turn.show is None:
            return turn
        show = None if self._is_judged else _checked(turn.show, turn, self._checks[turn.conversation.tenant])
        return changed(turn, show=show)


def _checked(show: Callable[[str], None], turn: Turn, checks: Checks) -> Callable[[str], None]:
    def hear(text: str) -> None:
        if checks.may_be_seen(text, turn):
            show(text)

    return hear
