"""From a row, however its columns are called, to a question with what is right."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from knowledge.formats import limits
from knowledge.formats.columns import Role, role_of
from knowledge.judge.before import before
from knowledge.judge.cases import FAR, IN, NEAR, OUT, BadQuestion, Case
from knowledge.judge.text import is_none, text_of

_GOLDS: Final = 20
_FACTS: Final = 50
_TAGS: Final = 20
_TAG_CHARS: Final = 60
_NAMES: Final = {
    "question": "query",
    "gold": "gold_title gold_titles entry entries expected 条目 应答条目 期望",
    "gold_id": "",
    "scope": "范围",
    "type": "",
    "facts": "must 要点",
    "never": "must_not 不可说",
    "reference": "参考答案",
    "tags": "tag 标签",
    "split": "",
    "history": "",
}
_COLUMNS: Final = {name: column for column, names in _NAMES.items() for name in (column, *names.split())}
_ROLES: Final = {Role.QUESTION: "question", Role.ANSWER: "reference"}
"""Columns that a table of the import has, too."""
_SCOPES: Final = {
    **dict.fromkeys(("in", "范围内"), IN),
    **dict.fromkeys(("out", "范围外"), OUT),
    **{kind: kind for kind in (FAR, NEAR)},
}
_OUT_TYPE: Final = "oos_"
"""How public sets begin their types of questions out of scope."""
_BETWEEN: Final = re.compile(r"[\n|]+")
_BETWEEN_TAGS: Final = re.compile(r"[\n|;；,，]+")


def names_question(header: Iterable[str]) -> bool:
    """True when a table has what is asked among its columns."""
    return any(_column(name) == "question" for name in header)


def case_of(row: Mapping[str, Any], titles: Mapping[str, str]) -> Case:
    """Raises BadQuestion."""
    cells = {column: value for name, value in row.items() if (column := _column(name)) and not is_none(value)}
    named = {_column(name) for name in row}
    gold, kind = _gold(cells, titles), _kind(cells)
    if not gold and kind is None and not named & {"gold", "gold_id"}:
        raise BadQuestion('has no gold; write the title of its entry, or "scope": "out"')
    if gold and kind not in (None, IN):
        raise BadQuestion("names an entry, and is said to be out of scope")
    if not gold and kind == IN:
        raise BadQuestion("is said to be in scope, and names no entry (gold)")
    return Case(
        _question(cells.get("question")),
        gold,
        kind or (IN if gold else OUT),
        _tags(cells),
        tuple(_ways(fact) for fact in _listed(cells.get("facts"), "facts", _FACTS)),
        _texts(cells.get("never"), "never", _FACTS),
        text_of(cells.get("reference"), "reference", limits.ANSWER_CHARS),
        before(cells.get("history")),
    )


def _question(value: Any) -> str:
    question = text_of(value, "question", limits.QUESTION_CHARS)
    if not question:
        raise BadQuestion("has no question")
    return question


def _column(name: Any) -> str:
    """Empty for one that says nothing to us."""
    own = _COLUMNS.get(str(name).strip().casefold().replace("-", "_"))
    return own or _ROLES.get(role_of(name) or Role.NAME, "")


def _kind(cells: Mapping[str, Any]) -> str | None:
    """By its scope, or by the type that a public set gives it."""
    scope = text_of(cells.get("scope"), "scope", _TAG_CHARS).casefold()
    if scope:
        if scope not in _SCOPES:
            raise BadQuestion(f"has a scope that is none of {', '.join(_SCOPES)}")
        return _SCOPES[scope]
    kind = text_of(cells.get("type"), "type", _TAG_CHARS)
    return kind.removeprefix(_OUT_TYPE) if kind.startswith(_OUT_TYPE) else None


def _gold(cells: Mapping[str, Any], titles: Mapping[str, str]) -> tuple[str, ...]:
    """Of a table's row, titles may be parted by | alone: a comma or a semicolon may be part of one."""
    ids = _texts(cells.get("gold_id"), "gold_id", _GOLDS)
    if unknown := [one for one in ids if one not in titles]:
        raise BadQuestion(f"names an id that no entry has ({unknown[0]}); say which with --knowledge")
    return (*_texts(cells.get("gold"), "gold", _GOLDS), *(titles[one] for one in ids))


def _tags(cells: Mapping[str, Any]) -> tuple[str, ...]:
    tags = cells.get("tags")
    several = _BETWEEN_TAGS.split(tags) if isinstance(tags, str) else tags
    named = (text_of(cells.get(column), column, _TAG_CHARS) for column in ("type", "split"))
    own = (*_texts(several, "tags", _TAGS), *named)
    if any(len(tag) > _TAG_CHARS for tag in own):
        raise BadQuestion(f"has a tag of more than {_TAG_CHARS} characters")
    return tuple(filter(None, own))


def _ways(fact: Any) -> tuple[str, ...]:
    """One fact, or a list of ways to put it."""
    return _texts(fact if isinstance(fact, list) else [fact], "facts", _FACTS)


def _texts(value: Any, column: str, most: int) -> tuple[str, ...]:
    found = (text_of(one, column, limits.QUESTION_CHARS) for one in _listed(value, column, most))
    return tuple(dict.fromkeys(filter(None, found)))


def _listed(value: Any, column: str, most: int) -> Sequence[Any]:
    if value is None:
        return ()
    parts = value if isinstance(value, list) else _BETWEEN.split(value) if isinstance(value, str) else [value]
    if len(parts) > most:
        raise BadQuestion(f"has more than {most} in {column}")
    return [part for part in parts if not is_none(part) and part != []]
