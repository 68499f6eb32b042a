"""From pydantic's errors to lines an operator can act on: the key, what is wrong, what to write."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from bot.settings.channels import ChannelSettings
from bot.settings.schema import Settings

_KINDS: dict[str, type[BaseModel]] = {
    get_args(member.model_fields["kind"].annotation)[0]: member
    for member in get_args(get_args(ChannelSettings)[0])
}
_FOLLOWS = "default_factory_not_called"
_WRONG = {
    "missing": "is missing",
    "string_type": "must be a text",
    "int_parsing": "must be a whole number",
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_parsing": "must be a number",
    "float_type": "must be a number",
    "list_type": "must be a list",
    "model_type": "must be a table",
    "model_attributes_type": "must be a table",
    "dict_type": "must be a table",
    "string_pattern_mismatch": "is not of the right form",
    "string_too_short": "is empty",
}


def lines(error: ValidationError, data: Mapping[str, Any]) -> list[str]:
    """One line a problem, in the order of the file. What only follows from another problem is not told."""
    details = error.errors(include_url=False, include_context=True)
    return [_line(detail, data) for detail in details if detail["type"] != _FOLLOWS]


def _line(detail: ErrorDetails, data: Mapping[str, Any]) -> str:
    location, kind = list(detail["loc"]), detail["type"]
    if kind.startswith("union_tag"):
        return _about_kind(location, data)
    if kind == "extra_forbidden":
        return f"{_key(location, data)}: unknown key; {_meant(location, data)}"
    wrong = _WRONG.get(kind) or detail["msg"].removeprefix("Value error, ")
    field = _field(location, data)
    mend = f"; write {field.description}" if field is not None and field.description else ""
    return f"{_key(location, data)}: {_lower(wrong)}{mend}"


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _about_kind(location: list[int | str], data: Mapping[str, Any]) -> str:
    given = _at(location, data)
    kind = given.get("kind") if isinstance(given, Mapping) else None
    key = _key([*location, "kind"], data)
    choices = ", ".join(f'"{name}"' for name in _KINDS)
    if kind is None:
        return f"{key}: is missing; write one of {choices}"
    return f"{key}: is no kind of channel; write one of {choices}"


def _meant(location: list[int | str], data: Mapping[str, Any]) -> str:
    known = sorted(_model(location[:-1], data).model_fields)
    near = difflib.get_close_matches(str(location[-1]), known, n=1)
    return f"did you mean {near[0]}?" if near else f"known here: {', '.join(known)}"


def _steps(location: list[int | str]) -> Iterator[int | str]:
    """The location without the tag that pydantic puts in for the channel's kind."""
    for position, step in enumerate(location):
        if not (position == 2 and location[0] == "channels" and step in _KINDS):
            yield step


def _key(location: list[int | str], data: Mapping[str, Any]) -> str:
    """`channels.shop-a-wecom.secret`: list members by name where they have one."""
    words: list[str] = []
    here: Any = data
    for step in _steps(location):
        here = _child(here, step)
        name = here.get("name") if isinstance(step, int) and isinstance(here, Mapping) else None
        if isinstance(step, int) and not isinstance(name, str):
            words[-1] += f"[{step}]"
        else:
            words.append(str(name or step))
    return ".".join(words)


def _at(location: list[int | str], data: Mapping[str, Any]) -> Any:
    here: Any = data
    for step in _steps(location):
        here = _child(here, step)
    return here


def _child(here: Any, step: int | str) -> Any:
    if isinstance(here, list) and isinstance(step, int) and step < len(here):
        return here[step]
    return here.get(step) if isinstance(here, Mapping) else None


def _field(location: list[int | str], data: Mapping[str, Any]) -> FieldInfo | None:
    names = [step for step in _steps(location) if isinstance(step, str)]
    if not names:
        return None
    parent = list(location)
    while parent and isinstance(parent[-1], int):
        parent.pop()
    return _model(parent[:-1], data).model_fields.get(names[-1])


def _model(location: list[int | str], data: Mapping[str, Any]) -> type[BaseModel]:
    """The settings class that the table at `location` is read into."""
    if location and location[0] == "channels":
        kind = (_at(location[:2], data) or {}).get("kind")
        return _KINDS.get(str(kind), next(iter(_KINDS.values())))
    model: type[BaseModel] = Settings
    for step in location:
        field = model.model_fields.get(str(step))
        if field is not None:
            model = next((m for m in _models_in(field.annotation)), model)
    return model


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models_in(inner)
