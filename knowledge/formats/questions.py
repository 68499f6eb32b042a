"""How a text marks its questions and answers: `Q:` and `A:`, 1. 问：, 【答】, Q1、; also both in one line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_ASKS: Final = "(?:[Qq]|[问問][题題]?)"
_ANSWERS: Final = "(?:[Aa]|答案?)"
_COUNTED: Final = r"(?:[(（]?\d{1,4}[)）.、．]\s*)?"
_OPTION: Final = r"(?!.{0,60}\s[Bb]\s*[:：])"
"""A：棉 B：麻 in a question are what it asks of."""


def _mark(word: str) -> str:
    plain = rf"{word}\s*(?:\d{{1,4}}\s*)?[:：]"
    bracketed = rf"[【\[（(]\s*{word}\s*(?:\d{{1,4}}\s*)?[】\]）)]\s*[:：]?"
    return rf"{_COUNTED}(?:{plain}|{bracketed})"


def _begins(word: str, letter: str) -> re.Pattern[str]:
    """Q1、 marks a line, too; in A4、A5 no letter is a mark."""
    return re.compile(rf"\s*(?:{_mark(word)}|{letter}\d{{1,4}}[.、．](?![A-Za-z\d]))\s*(.*)")


QUESTION: Final = _begins(_ASKS, "[Qq]")
"""A line that begins as a question; its group is the rest."""
ANSWER: Final = _begins(_ANSWERS, "[Aa]")
_BARE_QUESTION: Final = re.compile(rf"\s*{_ASKS}\s*(?:\d{{1,4}}\s*)?[:：].*")
_WITHIN: Final = re.compile(rf"(?<=[\s。？！；?!;])(?:(?P<answer>{_mark(_ANSWERS)}{_OPTION})|{_mark(_ASKS)})")


def is_faq(text: str) -> bool:
    """True where a line asks and one answers; or one asks as plainly as `Q:`, and its answer is missing."""
    lines = [line for _, line in marked_lines(text)]
    if any(map(_BARE_QUESTION.fullmatch, lines)):
        return True
    return any(map(QUESTION.fullmatch, lines)) and any(map(ANSWER.fullmatch, lines))


def marked_lines(text: str) -> Iterator[tuple[int, str]]:
    """Numbered lines but comments; a question that has its answer behind it is two of one number."""
    for number, line in enumerate(text.split("\n"), 1):
        if QUESTION.fullmatch(line):
            for part in _parts(line):
                yield number, part
        elif not line.startswith("#"):
            yield number, line


def _parts(line: str) -> Iterator[str]:
    """A question, its answer, and so on by turns. What asks in an answer counts if it is answered as well."""
    marks = [(found.start(), found["answer"] is not None) for found in _WITHIN.finditer(line)]
    last_answer = max((start for start, answers in marks if answers), default=0)
    begin, asked = 0, True
    for start, answers in marks:
        if answers is asked and start <= last_answer:
            yield line[begin:start]
            begin, asked = start, not asked
    yield line[begin:]
