"""Makes a script or a style sheet smaller: what only its reader needs goes.

Knows no grammar, only tokens, and leans on the form of our own sources: every statement ends in a semicolon,
strings stand in double quotes, templates hold no templates, a regular expression follows `( = , :`, a `#`
begins a private name, and NAMES_LIKE_THIS are constants of our own.
"""

from __future__ import annotations

import itertools
import re
import string
from collections import Counter
from typing import Final

_SCRIPT: Final = re.compile(
    r"""
      (?P<literal> "(?:\\.|[^"\\])*"
                 | `(?:\\.|[^`\\])*`
                 | (?:(?<=[(=,:])|(?<=[(=,:][ ]))/(?:\\.|\[(?:\\.|[^\]\\])*\]|[^/\\\[\n])+/[a-z]* )
    | (?P<comment> //[^\n]* )
    | (?P<space> \s+ )
    | (?P<code> [\w$#]+ | . )
    """,
    re.VERBOSE,
)
_STYLE: Final = re.compile(
    r'(?P<literal>"[^"]*")|(?P<comment>/\*.*?\*/)|(?P<space>\s+)|(?P<code>.)', re.DOTALL
)
_PRIVATE: Final = re.compile(r"#([A-Za-z]\w*)")
_CONSTANT: Final = re.compile(r"\b([A-Z]+_[A-Z_]+)\b")
_OWN_PROPERTY: Final = re.compile(r"--(?!kefu-)([a-z][a-z-]*)")
_PROMISE: Final = re.compile(r"\bconst(?=[ \[{])")
"""Not to assign again: kept in the source, so that nobody need check it in what is made of it."""
_ONE_PARAMETER: Final = re.compile(r"(?<!\w)\((\w+)\)=>")
_FRACTION: Final = re.compile(r"(?<![\w.])0(?=\.\d)")
_WORD: Final = re.compile(r"[\w$#]")


def script(source: str) -> str:
    """The same program with nothing needless in it, its own names short where we know them for ours."""
    small = _squeeze(source, _SCRIPT, {"}": ";,", "]": ",", ")": ","})
    small = _ONE_PARAMETER.sub(r"\1=>", _PROMISE.sub("let", small))
    return _rename(_rename(small, _PRIVATE, "#"), _CONSTANT, "$")


def style(source: str) -> str:
    """The same sheet with nothing needless in it, its own custom properties with short names."""
    return _rename(_FRACTION.sub("", _squeeze(source, _STYLE, {"}": ";"})), _OWN_PROPERTY, "--")


def _squeeze(source: str, tokens: re.Pattern[str], needless: dict[str, str]) -> str:
    """Without comments, white space that parts nothing, and separators in front of what closes a list."""
    parts_words = _parts_words if tokens is _SCRIPT else _parts_selectors
    out: list[str] = []
    for token in tokens.finditer(source):
        text = token.group()
        if token.lastgroup == "space":
            before, after = out[-1][-1:] if out else "", source[token.end() : token.end() + 1]
            out.append(" " if parts_words(before, after) else "")
        elif token.lastgroup != "comment":
            while out and (not out[-1] or out[-1] in needless.get(text, "")):
                out.pop()
            out.append(text)
    return "".join(out)


def _parts_words(before: str, after: str) -> bool:
    """Whether two words, or two signs such as `+ +`, would run together."""
    return bool(_WORD.match(before) and _WORD.match(after)) or (before == after and before in ("+", "-"))


def _parts_selectors(before: str, after: str) -> bool:
    """Whether a space means something there: between selectors, values and the signs of a sum it does."""
    return before not in ("", *"{};,:>") and after not in ("", *"{}>")


def _rename(text: str, names: re.Pattern[str], mark: str) -> str:
    """Each distinct name becomes a distinct short one, the commonest ones the shortest."""
    letters = string.ascii_letters
    short = itertools.chain(letters, map("".join, itertools.product(letters, repeat=2)))
    new = {name: next(short) for name, _ in Counter(names.findall(text)).most_common()}
    return names.sub(lambda found: mark + new[found.group(1)], text)
