"""What a customer may see of an answer that the model is still speaking."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise

from bot.grounding.text import END
from bot.pipeline.recall import same
from bot.pipeline.words import BlockedWords


class Preview:
    """Shows an answer sentence by sentence, as far as moderation will pass it.

    Nothing is shown that is part of a blocked word, or would be if the next letters completed one; nor is a
    sentence that claims what nothing bears out. Once one of these was said, nothing more is shown. Nor is
    the tenant's refusal, nor the question again: those are replies of their own kind (`bot.pipeline.decide`).
    """

    def __init__(
        self,
        show: Callable[[str], None],
        blocked: BlockedWords,
        refusals: Iterable[str],
        passes: Callable[[str], bool] = lambda _: True,
    ) -> None:
        """`refusals`: texts that would be taken for one. `passes`: whether a sentence is borne out."""
        self._show = show
        self._blocked = blocked
        self._refusals = tuple(map(same, refusals))
        self._passes = passes
        self._shown = 0
        self._over = False

    def hear(self, text: str) -> None:
        """The whole text so far: show what is new of it and may be seen."""
        if self._over or self._may_be_a_refusal(text):
            return
        new = text[self._shown :]  # no word lies across the border: `may_span` saw to that
        if not END.search(new):
            return
        self._over = self._blocked.are_in(new)
        ends = [] if self._over else list(self._borne_out(new))
        end = next((end for end in reversed(ends) if not self._blocked.may_span(new, end)), None)
        if end is not None and not new[:end].isspace():
            self._shown += end
            self._show(text[: self._shown].rstrip())

    def _may_be_a_refusal(self, text: str) -> bool:
        plain = same(text)
        return not self._shown and any(refusal.startswith(plain) for refusal in self._refusals)

    def _borne_out(self, new: str) -> Iterator[int]:
        """The ends of its sentences, up to the first that nothing bears out."""
        ends = [0, *(match.end() for match in END.finditer(new))]
        for start, end in pairwise(ends):
            if not self._passes(new[start:end]):
                self._over = True
                return
            yield end
