"""One way of writing for all: width, case and traditional characters make no difference to what is asked."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from bot.simplified import TO_SIMPLIFIED

_PICTURES: Final = re.compile(
    "[\U0001f000-\U0001faff\u2600-\u27bf\ufe0f\u200d]|\\[[\u4e00-\u9fff]{1,3}\\](?=\\s|$)"
)
"""Emoji, and WeChat's own at the end of what was written: [微笑]."""


def simplified(text: str) -> str:
    """For a model that reads every width and case alike: without pictures, in simplified characters."""
    return _PICTURES.sub(" ", text).translate(TO_SIMPLIFIED).strip()


def plain(text: str) -> str:
    """For words to be compared: one width and case too."""
    return unicodedata.normalize("NFKC", text).casefold().translate(TO_SIMPLIFIED)
