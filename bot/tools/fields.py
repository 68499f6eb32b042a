"""Fields of a tool's result, by paths like `parcel.steps.0.place`, and replies made of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from bot import wording

_FIELD: Final = re.compile(r"\{(\w+(?:\.\w+)*)\}")
_LONGEST: Final = 500
"""Characters of one value, and a list's first few."""
_MOST: Final = 10


def at(result: Any, path: str) -> Any:
    """What is there; None where nothing is. An empty path is the result itself."""
    for step in path.split(".") if path else ():
        if isinstance(result, Mapping):
            result = result.get(step)
        elif isinstance(result, list) and step.isdecimal() and len(step) < 5:
            result = result[int(step)] if int(step) < len(result) else None
        else:
            return None
    return result


def fill(template: str, result: Any) -> tuple[str, tuple[str, ...]]:
    """The reply, and the values in it. What is not there is said to be so."""
    values = [shown(at(result, path)) for path in _FIELD.findall(template)]
    pieces = iter(values)
    text = _FIELD.sub(lambda _: next(pieces) or wording.NO_VALUE, template)
    return text, tuple(value for value in values if value)


def shown(value: Any) -> str:
    """As a customer reads it; empty for what is no text, number or list of those."""
    if isinstance(value, bool):
        return ""
    if isinstance(value, str):
        return value.strip()[:_LONGEST]
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, list):
        return "、".join(filter(None, map(shown, value[:_MOST])))[:_LONGEST]
    return ""
