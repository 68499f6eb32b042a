"""Regular expressions of a shop's own, met by what strangers write: none may take long.

Python's `re` can't be stopped: a worker would hang in it until its lease is over, and the next one in the
same message. `regex` takes a time limit.
"""

from __future__ import annotations

from typing import Any, Final

import regex
import structlog

log = structlog.get_logger()

_MOST_S: Final = 0.1
"""A thousand times what an honest one takes."""


class Pattern:
    """One that was checked. A text that it takes too long with counts as one that it does not fit."""

    def __init__(self, written: str, *, ignore_case: bool = False) -> None:
        self._written = written
        self._compiled = regex.compile(written, regex.IGNORECASE if ignore_case else 0)

    def __str__(self) -> str:
        """As it was written."""
        return self._written

    def search(self, text: str) -> Any:
        """The first match; None: there is none."""
        return self._tried(self._compiled.search, text)

    def matches(self, text: str) -> list[Any]:
        """All matches, in their order."""
        return self._tried(self._all, text) or []

    def fits(self, text: str) -> bool:
        """Whether the whole text matches."""
        return self._tried(self._compiled.fullmatch, text) is not None

    def without(self, text: str, instead: str = "") -> str:
        """The text with each match taken out, or `instead` in its place."""
        found: str | None = self._tried(self._compiled.sub, instead, text)
        return text if found is None else found

    def _all(self, text: str, timeout: float) -> list[Any]:
        return list(self._compiled.finditer(text, timeout=timeout))

    def _tried(self, do: Any, *arguments: str) -> Any:
        try:
            return do(*arguments, timeout=_MOST_S)
        except TimeoutError:
            log.warning(
                "pattern_takes_long", pattern=self._written, mend="write it without a repeat in a repeat"
            )
            return None
