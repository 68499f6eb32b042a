"""Text without marks, as TXT files and PDF pages have it: paragraphs, and headings known by their numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final

from knowledge.cut import Block

_NUMBERED: Final = (
    re.compile(r"第[一二三四五六七八九十百零\d]{1,6}[章篇编]\s*.{0,30}"),
    re.compile(r"第[一二三四五六七八九十百零\d]{1,6}[节条]\s*.{0,30}"),
    re.compile(r"[一二三四五六七八九十]{1,3}[、．.]\s*.{1,30}"),
    re.compile(r"[（(][一二三四五六七八九十]{1,3}[)）]\s*.{1,30}"),
)
"""By level. Western numbers stand in front of list items as often as of headings."""
_ENDS: Final = "。！？；，、：…!?;,:"
_LINE_CHARS: Final = 24
"""A line that ends earlier than others was ended by its writer."""


def prose(lines: Iterable[tuple[int, str]], *, unit: str) -> Iterator[Block]:
    """Numbered lines; the number is the block's place."""
    told = [(number, line.strip()) for number, line in lines]
    path: list[tuple[int, str]] = []
    paragraph: list[tuple[int, str]] = []
    for position, (number, line) in enumerate(told):
        level = heading_level(line)
        heads = level is not None and not _is_listed(told, position, level)
        turned = unit == "page" and bool(paragraph) and number != paragraph[-1][0]
        if (not line or heads or turned) and paragraph:
            yield _block(paragraph, path, unit)
            paragraph = []
        if heads and level is not None:
            path = [*(above for above in path if above[0] < level), (level, line)]
        elif line:
            paragraph.append((number, line))
    if paragraph:
        yield _block(paragraph, path, unit)


def heading_level(line: str) -> int | None:
    """By the form of its number; None for a line that is no heading."""
    if not line or line[-1] in _ENDS:
        return None
    return next((level for level, form in enumerate(_NUMBERED) if form.fullmatch(line)), None)


def _is_listed(lines: Sequence[tuple[int, str]], position: int, level: int) -> bool:
    """True where the next line has such a number too, or there is none: it would head nothing."""
    behind = (lines[other][1] for other in range(position + 1, len(lines)))
    following = next(filter(None, behind), "")
    found = heading_level(following)
    return not following or (found is not None and found <= level)


def _block(paragraph: list[tuple[int, str]], path: list[tuple[int, str]], unit: str) -> Block:
    text = _joined([line for _, line in paragraph])
    return Block(text, unit, paragraph[0][0], tuple(title for _, title in path))


def is_cut_short(line: str) -> bool:
    """True for a line that most likely goes on in the next one."""
    return len(line) >= _LINE_CHARS and line[-1] not in "。！？；：!?;:"


def _joined(lines: list[str]) -> str:
    """Lines that were broken for their width become one; those that end early, or with a mark, stand."""
    text = lines[0]
    for before, line in pairwise(lines):
        is_broken = is_cut_short(before)
        latin = before[-1].isascii() and line[0].isascii()
        text += (" " if latin else "") + line if is_broken else f"\n{line}"
    return text
