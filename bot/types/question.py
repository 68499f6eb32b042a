"""A question as others may have asked it in other words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Recalled(StrEnum):
    """What a look for an earlier answer brought."""

    EXACT = "exact"
    """That to the same words."""
    ALIKE = "alike"
    """That to other words which ask the same."""
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class Question:
    """To be held against others."""

    text: str
    vector: bytes
    """What the embedding model made of it: float16, of length 1."""
    among: str
    """What it has in common with those it may be held against, as 64 hexadecimal digits: the tenant's
    knowledge and rules, the entry that fits best, who would answer."""
