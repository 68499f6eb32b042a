"""A tool's arguments, checked by types that msgspec makes of the settings."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta

from bot.errors import BadRequest
from bot.settings import ArgumentSettings
from bot.types import Slots


class Checked:
    """The arguments of one tool."""

    def __init__(self, arguments: Mapping[str, ArgumentSettings]) -> None:
        self._arguments = arguments
        fields: list[Any] = [
            (name, _type(own)) if own.required else (name, _type(own) | msgspec.UnsetType, UNSET)
            for name, own in arguments.items()
        ]
        self._struct = msgspec.defstruct("Arguments", fields, kw_only=True)

    def check(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Those that the tool has; what else was given reaches nobody. Raises BadRequest.

        Not strict, since models write numbers as texts.
        """
        texts = {key: _as_text(value, self._arguments.get(key)) for key, value in given.items()}
        try:
            checked = msgspec.convert(texts, self._struct, strict=False)
        except (msgspec.ValidationError, UnicodeError) as error:
            raise BadRequest(f"the arguments are wrong: {error}") from None
        found = {name: getattr(checked, name) for name in self._arguments}
        return {name: value for name, value in found.items() if value is not UNSET}

    def kept(self, slots: Slots) -> dict[str, Any]:
        """Those that are meant without being named again: what was spoken of before, where it fits."""
        values = {name: getattr(slots, own.kept) for name, own in self._arguments.items() if own.kept}
        return {name: value for name, value in values.items() if value and self._fits(name, value)}

    def _fits(self, name: str, value: str) -> bool:
        own = self._arguments[name]
        if own.enum:
            return value in own.enum
        return len(value) <= own.max_length and bool(re.fullmatch(own.pattern or ".*", value))

    def missing(self, given: Mapping[str, Any]) -> list[str]:
        """Those that are needed and not given."""
        return [name for name, own in self._arguments.items() if own.required and name not in given]

    def described(self, name: str) -> str:
        """What an argument is, in the shop's words."""
        return self._arguments[name].description


def _type(own: ArgumentSettings) -> Any:
    if own.enum:
        return Literal[tuple(own.enum)]
    if own.type == "string":
        return Annotated[str, Meta(max_length=own.max_length, pattern=_whole(own) if own.pattern else None)]
    if own.type == "boolean":
        return bool
    number: type[int] | type[float] = int if own.type == "integer" else float
    least = None if own.minimum is None else number(own.minimum)
    most = None if own.maximum is None else number(own.maximum)
    return Annotated[number, Meta(ge=least, le=most)]


def _whole(own: ArgumentSettings) -> str:
    r"""msgspec searches; `\Z`, since `$` would let a line end slip in."""
    return rf"\A(?:{own.pattern})\Z"


def _as_text(value: Any, own: ArgumentSettings | None) -> Any:
    """An order number of digits alone comes as a number."""
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return str(value) if own and own.type == "string" and is_number else value
