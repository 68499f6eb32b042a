"""What a customer may see of an answer that the model is still speaking."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from bot.pipeline.words import BlockedWords

_END: Final = re.compile(
    r"(?:[。！？…；\n]|[!?;](?=\s|[^\x00-\x7f])|(?<![0-9])\.(?=\s))[。！？!?…”’」』）】》\"')\]]*"
)
"""Of a sentence. A Latin mark ends one only before a space (or Chinese): 3.5 and an address's ? go on."""


class Preview:
    """Shows an answer sentence by sentence, as far as moderation will pass it.

    Nothing is shown that is part of a blocked word, or would be if the next letters completed one. Once one
    was said, nothing more is shown. Nor is the tenant's refusal, which is a reply of its own kind.
    """

    def __init__(self, show: Callable[[str], None], blocked: BlockedWords, refusal: str) -> None:
        self._show = show
        self._blocked = blocked
        self._refusal = refusal
        self._shown = 0
        self._over = False

    def hear(self, text: str) -> None:
        """The whole text so far: show what is new of it and may be seen."""
        if self._over or self._refusal.startswith(text.rstrip()):
            return
        new = text[self._shown :]  # no word lies across the border: `may_span` saw to that
        ends = [match.end() for match in _END.finditer(new)]
        if not ends:
            return
        self._over = self._blocked.are_in(new)
        may_be_seen = (end for end in reversed(ends) if not self._blocked.may_span(new, end))
        end = None if self._over else next(may_be_seen, None)
        if end is not None and not new[:end].isspace():
            self._shown += end
            self._show(text[: self._shown].rstrip())
