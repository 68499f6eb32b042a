"""What makes two questions different ones, however near they are in meaning to a model.

To a model 怎么退货 and 怎么换货 are near, as are 3天 and 30天, 能退 and 不能退. So words are compared: what
is asked for (how, why, when), what is denied, numbers, and all that it is about, names and codes among it, in
its order (`knowledge/word_order.py` tells where that may be another).
Rather too strict: whoever is taken to ask something else gets an answer of their own.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final, NamedTuple

from bot.grounding.numerals import ARABIC, HAN, SIGN, value
from knowledge.normal import plain, simplified
from knowledge.opposites import Turned
from knowledge.word_order import MARK, Terms, marked, same_order, unmarked

_WIDE: Final = re.compile("[\u3400-\u9fff]")
_TERM: Final = re.compile(rf"{MARK}|[\u3400-\u9fff]|[a-z0-9]+(?:[-_./'+#][a-z0-9]+)*[+#]*")
_NUMBER: Final = re.compile(rf"(?!(?:[一半]|千万)(?!{SIGN}))(?:{ARABIC}|{HAN})", re.ASCII)
"""一下 and 千万别 hold none."""
_LEFT_OPEN: Final = re.compile(r"([\u3400-\u9fff])[不没]\1|有没有|可不可以")
"""Asked either way, and denied in none."""
_DENIED: Final = re.compile(
    r"不|没|无|未|别(?!的|人)|勿|\b(?:not|no|never|without|cannot|nothing|none)\b|n't\b|\b(?:can|don|won|doesn|didn)t\b"
)
_ASKED: Final = {
    "why": r"为什么|为何|为啥|怎么会|怎么回事|怎么就|什么原因|啥原因|凭什么|\bwhy\b|\bhow come\b",
    "how": r"怎么(?!会|回事|就)|怎样|咋|如何|怎办|\bhow\b(?! (?:come|long|much|many|often|far|big|old|soon))",
    "when": r"多久|多长时间|几天|几时|什么时候|啥时候|何时|哪天|多少天|几点"
    r"|\bwhen\b|\bhow (?:long|soon)\b|\bwhat time\b",
    "much": r"多少(?!天)|几[个件块元次折]|多贵|\bhow (?:much|many)\b",
    "where": r"哪里|哪儿|在哪|何处|\bwhere\b",
    "who": r"谁|\bwho(?:m|se)?\b",
    "which": r"哪[个些种款家]|哪一|\bwhich\b",
    "what": r"什么(?!时候|原因)|啥(?!时候|原因)|\bwhat\b(?! time)",
    "whether": r"能|可以|可不可|可否|会不会|行吗|\b(?:can|could|may|able)\b",
}
_KINDS: Final = tuple((kind, re.compile(pattern)) for kind, pattern in _ASKED.items())
_PERSON: Final = re.compile(r"[我咱]|[你您]|[他她]|\b(?:i|me|my)\b|\byou(?:r)?\b")
_SECOND: Final = re.compile(r"[你您]|your?")
_EMPTY: Final = re.compile(
    "请问|您好|你好|我想|我要|想问|问一下|一下|问下|想知道|谢谢|麻烦|帮我|这边|现在|目前|如果|的话|怎么办|怎办|怎么样|怎么回事"
    "|怎么会|怎么就|怎么|怎样|咋|如何|为什么|为何|为啥|什么原因|啥原因|凭什么|多久|多长时间|什么时候|啥时候|何时|几时|什么|啥"
    "|哪里|哪儿|哪个|哪些|多少|是不是|能不能|可不可以|有没有|是否|能否|可否|可以|大概|大约|一般|一直|之间|里面|关于|有关"
    "|[我咱你您他她们的了吗呢吧啊呀哦嘛么啦哈亲是能就也都一个跟]"
    r"|\b(?:an?|the|i|me|my|we|you|your|it|is|are|am|was|be|do|does|did|to|of|in|on|at"
    r"|please|can|could|would|should|will|may|how|what|when|where|why|who|which|want|need|like|help|have|has|had"
    r"|there|some|any|know|tell|if|so|hi|hello|'d|'m|'s|'ve)\b"
)
"""Says nothing of the matter, or was looked at by itself."""
_ENDING: Final = re.compile(r"(?<=[a-z]{3})(?:ing|ed|es|s)$")


class _Read(NamedTuple):
    text: str
    is_wide: bool
    numbers: tuple[Decimal, ...]
    """In order: 满100减20 is no 满20减100."""
    denials: int
    kinds: frozenset[str]
    persons: tuple[bool, ...]
    """Whether it is the one who is asked, in order; none where it is about one alone."""
    terms: Terms
    """What it is about, with its marks."""

    @classmethod
    def of(cls, question: str) -> _Read:
        text = plain(simplified(question))
        words = _EMPTY.sub(" ", marked(_NUMBER.sub(" ", text)))
        persons = tuple(_SECOND.fullmatch(found) is not None for found in _PERSON.findall(text))
        return cls(
            text,
            _WIDE.search(text) is not None,
            tuple(value(found) for found in _NUMBER.findall(text)),
            len(_DENIED.findall(_LEFT_OPEN.sub(" ", text))),
            frozenset(kind for kind, pattern in _KINDS if pattern.search(text)),
            persons if len(set(persons)) > 1 else (),
            tuple(_ENDING.sub("", term) for term in _TERM.findall(words)),
        )


def differ(one: str, other: str) -> bool:
    """True unless they ask the same but for words that say nothing, and where these stand."""
    first, second = _Read.of(one), _Read.of(other)
    if first[1:-1] != second[1:-1] or not unmarked(first.terms):
        return True
    return not same_order(first.terms, second.terms) or Turned(first.text).has(second.text)
