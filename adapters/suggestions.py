"""Questions to offer behind a reply: those that a door can show, and lines where it has no buttons."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def fitting(suggestions: Iterable[str], *, most: int, max_bytes: int) -> tuple[str, ...]:
    """The first `most`, each once, of up to `max_bytes` bytes of UTF-8; what is longer is left out."""
    fit = (words for words in map(str.strip, suggestions) if 0 < len(words.encode()) <= max_bytes)
    return tuple(dict.fromkeys(fit))[:most]


def listed(text: str, suggestions: Sequence[str]) -> str:
    """The text with a line for each. No numbers: a "2" that came back would be no question to anybody."""
    return "\n".join((text, *(f"· {words}" for words in suggestions)))
