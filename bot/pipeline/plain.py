"""A text as it is compared: how it is written makes no difference."""

from __future__ import annotations

import unicodedata


def folded(text: str) -> str:
    """In one width and case, with single blanks."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
