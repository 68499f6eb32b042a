"""A message, clause by clause, as rules look at it."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

LONGEST: Final = 200
"""Characters of a clause that a rule looks at."""
_BETWEEN: Final = re.compile(r"[，,。.！!？?；;：:、~～…\n\r—]+")
_NO_WORD: Final = re.compile(r"[\W_]+")


def clauses(*texts: str) -> list[str]:
    """Of all texts. In small letters and half width; those of Chinese without spaces, those of English with
    single ones."""
    return [bare for text in texts for part in _BETWEEN.split(_plain(text)) if (bare := _bare(part))]


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().replace("'", "").replace("’", "")


def _bare(clause: str) -> str:
    words = _NO_WORD.sub(" ", clause).strip()
    return words if words.isascii() else words.replace(" ", "")
