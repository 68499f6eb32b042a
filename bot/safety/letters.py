"""One way of writing for all, so that nobody hides a word by how its letters are written."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

import regex

from bot.simplified import TO_SIMPLIFIED

_INVISIBLE: Final = regex.compile(r"(?:\p{Cf}|\p{Variation_Selector}|[\u115f\u1160\u3164\uffa0\u2800])+")
"""Zero width, soft hyphens, marks that turn the direction, tags, and the letters that are empty by design."""
_PLAIN: Final = re.compile(r"[\n -~\u3001-\u303f\u4e00-\u9fff\uff01-\uff5e‘’“”…—]*")
"""What most texts are made of, all of it to be seen."""
_BREAKS: Final = re.compile(r"[^\w]+|_+")


def visible(text: str) -> str:
    """Without characters that nobody sees."""
    return text if _PLAIN.fullmatch(text) else str(_INVISIBLE.sub("", text))


def folded(text: str) -> str:
    """Full width, case, traditional characters, blanks and what can't be seen make no difference."""
    text = unicodedata.normalize("NFKC", visible(text)).casefold().translate(TO_SIMPLIFIED)
    return "".join(text.split())


def letters(text: str) -> str:
    """Folded, and letters and digits alone: dots or stars between them make no difference either."""
    return letters_of(folded(text))


def letters_of(folded_text: str) -> str:
    """The same, of what is folded already."""
    return _BREAKS.sub("", folded_text)
