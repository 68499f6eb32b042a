"""A message, clause by clause, as rules look at it."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

LONGEST: Final = 200
"""Characters of a clause that a rule looks at."""
_BETWEEN: Final = re.compile(r"[，,。.！!？?；;：:、~～…\n\r—]+")
_FOR_A_COMMA: Final = re.compile(r"(?<=[^\x00-\x7f])\s+(?=[^\x00-\x7f])")
_NO_WORD: Final = re.compile(r"[\W_]+")


def clauses(*texts: str) -> list[str]:
    """Of all texts. In small letters and half width; those of Chinese without spaces, those of English with
    single ones."""
    return [bare for text in texts for part in _BETWEEN.split(_plain(text)) if (bare := _bare(part))]


def apart(text: str) -> str:
    """With a comma for each blank that stands for one, as most customers write: 不用转人工了 我自己看看."""
    return _FOR_A_COMMA.sub("，", text)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().replace("'", "").replace("’", "")


def _bare(clause: str) -> str:
    words = _NO_WORD.sub(" ", clause).strip()
    return words if words.isascii() else words.replace(" ", "")
