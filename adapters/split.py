"""Cutting a long text into parts that a platform takes, where a reader would pause."""

from __future__ import annotations

from itertools import accumulate
from typing import Final

import regex

_GRAPHEME: Final = regex.compile(r"\X")
_PARAGRAPH: Final = regex.compile(r"\n\s*\n")
_SENTENCE: Final = regex.compile(r"""(?:[。！？!?…；;\n]|\.(?=\s))[。！？!?…”’」』）】》"')\]]*""")
_SHORTEST: Final = 0.25
"""A pause earlier than this share of a part is passed over: better a cut sentence than a part of one line."""


def split(text: str, max_bytes: int) -> list[str]:
    """Parts of at most `max_bytes` bytes of UTF-8, none empty; only white space around them is lost.

    Cuts after a paragraph, else after a sentence, else between graphemes. A grapheme is cut (between code
    points) only if it is larger than a whole part. Raises ValueError when no code point would fit.
    """
    if max_bytes < 4:
        raise ValueError("a part must hold at least one code point: 4 bytes")
    if text and text == text.strip() and _size(text) <= max_bytes:
        return [text]  # nearly every reply: to look at its graphemes would take longer than to send it
    rest = [piece for unit in _GRAPHEME.findall(text) for piece in _fitting(unit, max_bytes)]
    parts = []
    while rest := _stripped(rest):
        cut = _cut(rest, max_bytes)
        parts.append("".join(_stripped(rest[:cut])))
        rest = rest[cut:]
    return parts


def _size(text: str) -> int:
    return len(text.encode())


def _fitting(unit: str, max_bytes: int) -> list[str]:
    return [unit] if _size(unit) <= max_bytes else list(unit)


def _stripped(units: list[str]) -> list[str]:
    """White space off both ends, by graphemes: a space that carries an accent is no white space."""
    start, end = 0, len(units)
    while start < end and units[start].isspace():
        start += 1
    while end > start and units[end - 1].isspace():
        end -= 1
    return units[start:end]


def _cut(units: list[str], max_bytes: int) -> int:
    """How many units the next part takes."""
    window = _window(units, max_bytes)
    if window == len(units):
        return window
    offsets = {offset: count for count, offset in enumerate(accumulate(map(len, units[:window])), start=1)}
    text = "".join(units[:window])
    for pause in (_PARAGRAPH, _SENTENCE):
        ends = (match.end() for match in pause.finditer(text))
        counts = [offsets[end] for end in ends if end in offsets]
        if counts and _size("".join(units[: counts[-1]])) >= max_bytes * _SHORTEST:
            return counts[-1]
    return window


def _window(units: list[str], max_bytes: int) -> int:
    """How many units fit."""
    room = max_bytes
    for count, unit in enumerate(units):
        room -= _size(unit)
        if room < 0:
            return count
    return len(units)
