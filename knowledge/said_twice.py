"""What several sources say alike is one thing to answer with: a file that came again under a new name, say.

Each alone would be half as sure, and a customer would be asked which of two that read the same. All are kept
in the index: what one source says stays when the other is taken out.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from knowledge.index import Found, Hit


def as_one(found: Found) -> Found:
    """With what says the same under one item's id, and each of its wordings once."""
    hits = (*found.dense, *found.lexical)
    if len({hit.item for hit in hits}) == len({hit.text or hit.title for hit in hits}):
        return found  # as nearly always
    first: dict[tuple[bool, str, str], str] = {}
    ids: dict[str, str] = {}
    for hit in hits:
        ids[hit.item] = first.setdefault((hit.is_faq, _title(hit), hit.text), hit.item)
    if all(item == kept for item, kept in ids.items()):
        return found
    return Found(list(_once(found.dense, ids)), list(_once(found.lexical, ids)))


def _title(hit: Hit) -> str:
    """A document without headings is called by its file, which may be the one thing that differs."""
    return "" if hit.source.startswith(f"{hit.title}:") else hit.title


def _once(hits: Iterable[Hit], ids: dict[str, str]) -> Iterable[Hit]:
    """The best of each wording; a piece has one alone."""
    there: set[tuple[str, str]] = set()
    for hit in hits:
        one = msgspec.structs.replace(hit, item=ids[hit.item])
        key = (one.item, one.wording if one.is_faq else "")
        if key not in there:
            there.add(key)
            yield one
