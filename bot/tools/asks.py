"""Is a tool asked for in so many words, and with which arguments? Rules alone; no model is asked.

An ask with a placeholder ("订单 {order} 到哪了") counts wherever it stands in what the customer says. One
without ("查物流") counts when a clause says that, politely, and nothing besides: "怎么查物流" is for the FAQ.
What changes something has to be wished for, with a placeholder or without (`bot.tools.wish`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from bot.patterns import Pattern
from bot.settings import ToolSettings
from bot.settings.tools import PLACE
from bot.tools.brought import Brought
from bot.tools.values import Arguments, Values, distinct, together
from bot.tools.wish import Wishes, letters

_LONGEST: Final = 100
"""Characters of a clause that may be such an ask."""
_LEAD: Final = r"(?:你好|您好|亲|在吗|麻烦|请问|请|帮|我|给|想|要|能不能|能|可不可以|可以|不好意思|一下|下)*"
_TAIL: Final = r"(?:一下|下|吗|呢|吧|了|啊|呀|哦|好|行|可以|谢谢|急|快|点)*"
_POLITE: Final = re.compile(rf"{_LEAD}{_TAIL}")
_BETWEEN: Final = re.compile(r"[，,。！!？?；;：:、~～…\n\r—]+")
_UNWANTED: Final = re.compile(r"(?:(?<![能可要是])不(?:要|用|必|想)|别)(?:再|帮我|给我)*\s*$")
_POINTER: Final = r"[这那](?:个|件|款|条|双|单|一单|笔)|它|该款"
_OF_ANOTHER: Final = re.compile(
    rf"(?:{_POINTER}|那|如果|要是|换成|换|要|有|还|也|和|跟|货|的|码|号|款|件|色|呢|吗|么|嘛|啊|呀)*"
)
_DIGITS: Final = re.compile(r"[0-9]{4}")
_PHONE: Final = re.compile("手机|电话|尾号|后四位|后位")
_MORE: Final = 4
"""Letters that are more than politeness: something else was said, too."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A tool was asked for."""

    each: Sequence[Arguments]
    """For each thing that it is asked for, as far as the customer named it; at least one."""
    more: bool
    """True when something else was said besides."""
    rest: str = ""
    """That, without the ask and what it is of."""
    words: str = ""
    """All that was said, where that is more than the ask."""


class Asks:
    """How customers ask for one tool."""

    def __init__(self, settings: ToolSettings) -> None:
        self._values = Values(settings.arguments)
        alone = [ask for ask in settings.asks if not PLACE.search(ask)]
        self._anywhere = [self._compiled(ask) for ask in settings.asks if PLACE.search(ask)]
        self._alone = [re.compile(_LEAD + _loose(ask) + _TAIL, re.IGNORECASE) for ask in alone]
        self._half = [re.compile(_half(ask), re.IGNORECASE) for ask in settings.asks if _says_something(ask)]
        self._deeds = [Pattern(_loose(ask), ignore_case=True) for ask in alone]
        self._wishes = _wishes(settings) if settings.side_effect else None
        nouns = [normal(own.description).lower() for own in settings.arguments.values()]
        self._brought = Brought([*nouns, *(self._wishes.deeds if self._wishes else ())])

    def find(self, text: str) -> Asked | None:
        """None: it is not."""
        plain = normal(text)
        asked = self._wished(plain, self._wishes) if self._wishes else self._found(plain)
        return replace(asked, words=text) if asked and asked.more else asked

    def _found(self, text: str) -> Asked | None:
        for ask in self._anywhere:
            found = [one for one in ask.matches(text) if not _UNWANTED.search(text[: one.start()])]
            if found:
                return self._asked(found, text, self._without_asks(text))
        clauses = [clause.strip() for clause in _BETWEEN.split(text)]
        for clause in clauses:
            bare = self._values.without(clause).replace(" ", "")
            if len(clause) <= _LONGEST and any(ask.fullmatch(bare) for ask in self._alone):
                return self._asked([], text, "，".join(other for other in clauses if other != clause))
        return None

    def _wished(self, text: str, wishes: Wishes) -> Asked | None:
        bare = self._values.without(text)
        for said, asks in ((text, self._anywhere), (bare, self._deeds)):
            for found in (ask.matches(said) for ask in asks):
                besides = self._besides(said, found, wishes)
                if besides is not None:
                    return self._asked(found, text, "，".join(besides))
        return None

    def _besides(self, said: str, found: Iterable[Any], wishes: Wishes) -> list[str] | None:
        for one in found:
            before, behind = said[: one.start()], said[one.start() + len(one[0].rstrip()) :]
            besides = wishes.besides(self._plain(before), self._plain(behind))
            if besides is not None:
                return besides
        return None

    def _asked(self, found: Iterable[Any], text: str, rest: str) -> Asked:
        """`found`: each match of the ask, where it has placeholders."""
        each = distinct(self._values.meant(one.groupdict()) for one in found)
        return Asked(together(each or [{}], self._values.read(text)), self._says_more(rest), rest)

    def read(self, text: str) -> list[Arguments]:
        """Arguments that are known by their looks, for each thing that is named; empty: none is."""
        return self._values.read(normal(text))

    def doubts(self, text: str) -> bool:
        """Is what the tool would change declined, or only asked about, however it is called for?"""
        return self._wishes is not None and self._wishes.are_doubtful(self._plain(normal(text)))

    def bring(self, text: str) -> bool:
        """May it be what we asked for? Where something is changed, only if it is hardly more."""
        plain = normal(text)
        if not (self.read(text) or _DIGITS.search(plain)):
            return False
        return self._wishes is None or self._brought.is_all(self._plain(plain))

    def by_number(self, text: str) -> Asked | None:
        """For a message that is a number and hardly more, which says all there is to look up; else none.

        What changes something takes more than that. A few digits may be a price, a year, or of a phone.
        """
        each = [] if self._wishes else self.read(text)
        is_number = bool(each) and all(map(self._values.has_number, each))
        is_alone = is_number and self._brought.is_alone(self._plain(normal(text)))
        return Asked(each, more=False) if is_alone else None

    def of_another(self, text: str) -> list[Arguments]:
        """Arguments of a message that holds nothing but these: "那L呢", "针织开衫呢"; else none."""
        rest = "".join(c for c in self._values.without(normal(text)) if c.isalnum())
        return self.read(text) if _OF_ANOTHER.fullmatch(rest) else []

    def is_half(self, text: str) -> bool:
        """Whether it is an ask whose thing is only pointed at, or left out: 这个多少钱."""
        return any(ask.fullmatch(normal(text).strip()) for ask in self._half)

    def _says_more(self, rest: str) -> bool:
        """A number, a phone's digits, a greeting are no question of their own."""
        clauses = _BETWEEN.split(self._values.without(rest))
        letters = ("".join(c for c in clause if c.isalpha()) for clause in clauses)
        return any(len(_POLITE.sub("", words)) >= _MORE for words in letters if not _PHONE.search(words))

    def _without_asks(self, text: str) -> str:
        for ask in self._anywhere:
            text = ask.without(text, "，")
        return text

    def _plain(self, text: str) -> str:
        return self._values.without(text).lower()

    def _compiled(self, ask: str) -> Pattern:
        pieces = PLACE.split(ask)  # text, name, text, name, …
        names: set[str] = set()
        pattern = ""
        for number, piece in enumerate(pieces):
            if number % 2 == 0:
                pattern += _loose(piece)
            elif piece in names:
                pattern += rf"(?P={piece})"
            else:
                names.add(piece)
                pattern += rf"(?P<{piece}>{self._values.patterns[piece]})\s*"
        return Pattern(pattern, ignore_case=True)


def normal(text: str) -> str:
    """Full width and half width are one."""
    return unicodedata.normalize("NFKC", text)


def _loose(words: str) -> str:
    """White space makes no difference, nor does 一下 between two letters: 取消一下订单."""
    letters = (re.escape(letter) for letter in normal(words) if not letter.isspace())
    return r"(?:\s|一下)*".join(letters) + r"\s*"


def _says_something(ask: str) -> bool:
    """Whether it has a placeholder, and words enough to be known without."""
    return PLACE.search(ask) is not None and len(letters(PLACE.sub("", ask))) > 1


def _half(ask: str) -> str:
    words = rf"(?:{_POINTER})?".join(map(_loose, PLACE.split(ask)[::2]))
    return rf"{_LEAD}(?:那|的|\s)*{words}{_TAIL}\W*"


def _wishes(settings: ToolSettings) -> Wishes:
    words = [normal(words).lower() for ask in settings.asks for words in PLACE.split(ask)[::2]]
    return Wishes(words)
