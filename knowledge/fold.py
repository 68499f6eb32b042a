"""What says the same twice is kept once.

Entries with one question and one answer become one, with the wordings of both. Pieces of documents become one
when hardly anything differs between them, and nothing that changes what they say: neither a number, nor a
word in Latin letters, nor one of the words that turn a sentence round. In doubt both are kept.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from knowledge.documents import Item, Loaded
from knowledge.formats.limits import WORDINGS
from knowledge.scope import Scope

_SHINGLE: Final = 3
_ALIKE: Final = 0.9
"""Share of the runs of three characters that two pieces have in common (Jaccard)."""
_KEPT: Final = 8
"""One shingle in so many, chosen by its hash, is looked up: alike pieces have most of those in common too."""
_CROWD: Final = 50
"""Pieces under one shingle, at most; what more of them share tells nothing."""
_NO_LETTERS: Final = re.compile(r"[^\w./%-]+")
_PRECISE: Final = re.compile(r"[0-9a-z]+(?:[-_./][0-9a-z]+)*|[零一二两三四五六七八九十百千万半]")
_TURNS: Final = re.compile(r"[不没無无未非别勿莫免禁止仅除前后内外上下进出借还绑解收付买卖开关男女大小多少]")


def fold(loaded: Loaded) -> Loaded:
    """Without repetitions, those counted; with a note on questions that have two answers."""
    entries = [item for item in loaded.items if item.is_faq]
    documents = [item for item in loaded.items if not item.is_faq]
    items = (*_entries(entries), *_pieces(documents))
    folded = len(loaded.items) - len(items)
    return replace(
        loaded, items=items, folded=loaded.folded + folded, notes=(*loaded.notes, *_contradictions(items))
    )


def _entries(items: Sequence[Item]) -> Iterator[Item]:
    kept: dict[tuple[str, str, Scope], Item] = {}
    for item in items:
        key = (letters(item.title), letters(item.text), item.scope)
        first = kept.get(key)
        if first is None:
            kept[key] = item
            continue
        wordings = tuple(dict.fromkeys((*first.wordings, *item.wordings)))[: WORDINGS + 1]
        kept[key] = replace(first, wordings=wordings)
    return iter(kept.values())


def _contradictions(items: Sequence[Item]) -> Iterator[str]:
    first: dict[str, Item] = {}
    for item in items:
        if not item.is_faq:
            continue
        other = first.setdefault(letters(item.title), item)
        if other is not item and other.scope.meets(item.scope):
            told = f"asks what {other.place} asks, and answers otherwise; both are kept"
            yield f"{item.source}, {item.place}: {told}"


def _pieces(items: Sequence[Item]) -> Iterator[Item]:
    near = _Near()
    for item in items:
        text = letters(item.text)
        if not near.has(letters(item.title.removeprefix(item.source)), text):
            yield item


class _Near:
    """The texts seen so far, by some of their shingles."""

    def __init__(self) -> None:
        self._seen: list[tuple[str, str, frozenset[str]]] = []
        self._exact: set[tuple[str, str]] = set()
        self._by_shingle: defaultdict[int, list[int]] = defaultdict(list)

    def has(self, title: str, text: str) -> bool:
        """Whether one that says the same was there; it is remembered when none was."""
        if (title, text) in self._exact:
            return True
        shingles = _shingles(text)
        hashes = _chosen(shingles)
        shared = Counter(number for one in hashes for number in self._by_shingle[one])
        for number, count in shared.items():
            if 2 * count > len(hashes) and _say_the_same((title, text, shingles), self._seen[number]):
                return True
        for one in hashes:
            if len(self._by_shingle[one]) < _CROWD:
                self._by_shingle[one].append(len(self._seen))
        self._exact.add((title, text))
        self._seen.append((title, text, shingles))
        return False


def _say_the_same(one: tuple[str, str, frozenset[str]], other: tuple[str, str, frozenset[str]]) -> bool:
    (title, text, shingles), (other_title, other_text, other_shingles) = one, other
    if title != other_title or _telling(text) != _telling(other_text):
        return False
    return len(shingles & other_shingles) >= _ALIKE * len(shingles | other_shingles)


def _telling(text: str) -> tuple[list[str], list[str]]:
    return _PRECISE.findall(text), _TURNS.findall(text)


def _shingles(text: str) -> frozenset[str]:
    return frozenset(text[start : start + _SHINGLE] for start in range(max(len(text) - _SHINGLE + 1, 1)))


def _chosen(shingles: frozenset[str]) -> list[int]:
    hashes = [zlib.crc32(shingle.encode()) for shingle in shingles]
    return [one for one in hashes if one % _KEPT == 0]


def letters(text: str) -> str:
    """Letters and digits alone, in one width and case, but what stands inside numbers and codes."""
    return _NO_LETTERS.sub("", unicodedata.normalize("NFKC", text).casefold())
