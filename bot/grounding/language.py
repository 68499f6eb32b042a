"""Is an answer in the customer's language? By script, which is cheap and seldom wrong."""

from __future__ import annotations

import re
from collections import Counter
from typing import Final

_SCRIPTS: Final = {
    "han": re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]"),
    "kana": re.compile(r"[\u3041-\u30ff]"),
    "hangul": re.compile(r"[\uac00-\ud7af]"),
    "cyrillic": re.compile(r"[\u0400-\u04ff]"),
    "arabic": re.compile(r"[\u0600-\u06ff]"),
    "thai": re.compile(r"[\u0e01-\u0e5b]"),
    "latin": re.compile(r"(?<![A-Za-z\d@./-])[A-Za-z\u00c0-\u024f]{2,}(?![\w@/-]|\.\w)"),
}
"""A letter each; of Latin, words: those of no address, code or model's name."""
_OTHERS: Final = re.compile(
    r"[A-Za-z\u00c0-\u024f\u0400-\u04ff\u0600-\u06ff\u0e01-\u0e5b\u3041-\u30ff\uac00-\ud7af]"
)
"""Letters of all but Han: most questions and their answers hold none."""
_WEIGHTS: Final = {"latin": 2.0, "cyrillic": 0.4, "arabic": 0.4, "thai": 0.5}
"""Of one find, in Chinese characters that say as much."""
_QUOTED: Final = re.compile(r"“[^”]*”|「[^」]*」|『[^』]*』|《[^》]*》|\"[^\"]*\"")
"""Buttons and titles are called by their names in any language, and a line that a customer points at is not
their own (`adapters.quote`)."""
_KANA: Final = 0.15
"""Of Japanese, at least; the rest is Han."""
_ENOUGH: Final = 3.0
"""As much as tells a language: an `ok` doesn't."""
_SHARE: Final = 0.3
"""Of the customer's own script in an answer to them: names and brands may be many."""


def strays(question: str, answer: str) -> bool:
    """True where the question's language is plain to see, and the answer is in another."""
    if not _OTHERS.search(question) and not _OTHERS.search(answer):
        return False
    asked, said = _weights(_QUOTED.sub(" ", question)), _weights(_QUOTED.sub(" ", answer))
    whole = sum(said.values())
    if sum(asked.values()) < _ENOUGH or whole < _ENOUGH:
        return False
    wanted = _of_question(asked)
    return (
        said[wanted] < _SHARE * whole
        if wanted != "kana"
        else said["kana"] < _KANA * (said["kana"] + said["han"])
    )


def _of_question(asked: Counter[str]) -> str:
    """Who writes some Chinese reads it, whatever brands stand beside."""
    if asked["kana"] >= _KANA * (asked["kana"] + asked["han"]) > 0:
        return "kana"
    return "han" if asked["han"] >= 2 else max(asked, key=lambda script: asked[script])


def _weights(text: str) -> Counter[str]:
    return Counter(
        {
            script: len(pattern.findall(text)) * _WEIGHTS.get(script, 1.0)
            for script, pattern in _SCRIPTS.items()
        }
    )
