"""A tool's arguments, checked by types that msgspec makes of the settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta

from bot import wording
from bot.errors import BadRequest
from bot.patterns import Pattern
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
        self._patterns = {name: Pattern(own.pattern) for name, own in arguments.items() if own.pattern}

    def check(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Those that the tool has; what else was given reaches nobody. Raises BadRequest.

        Not strict, since models write numbers as texts.
        """
        texts = {key: _as_text(value, self._arguments.get(key)) for key, value in given.items()}
        try:
            checked = msgspec.convert(texts, self._struct, strict=False)
        except (msgspec.ValidationError, UnicodeError) as error:
            raise BadRequest(f"the arguments are wrong: {error}") from None
        given = {name: getattr(checked, name) for name in self._arguments}
        found = {name: value for name, value in given.items() if value is not UNSET}
        for name, pattern in self._patterns.items():
            if name in found and not pattern.fits(found[name]):
                raise BadRequest(f"the arguments are wrong: {name} is not of the form {pattern}")
        return found

    def kept(self, slots: Slots, words: str) -> dict[str, Any]:
        """Those that are meant without being named: what was spoken of before, where it fits; and `words`,
        where the customer said more than the ask, the beginning of them where there is not room for all."""
        values = {
            name: words[: own.max_length] if own.kept == "words" else getattr(slots, own.kept)
            for name, own in self._arguments.items()
            if own.kept
        }
        return {name: value for name, value in values.items() if value and self._fits(name, value)}

    def in_words(self, name: str) -> bool:
        """Whether an argument is whatever the customer says, and has no looks of its own."""
        return self._arguments[name].kept == "words"

    @property
    def described_words(self) -> str:
        """What the customer's words are to tell, in the shop's words; empty: none are taken down."""
        told = (
            own.description or wording.THE_ARGUMENT for own in self._arguments.values() if own.kept == "words"
        )
        return next(told, "")

    def _fits(self, name: str, value: str) -> bool:
        own = self._arguments[name]
        if own.enum:
            return value in own.enum
        pattern = self._patterns.get(name)
        return len(value) <= own.max_length and (pattern is None or pattern.fits(value))

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
        return Annotated[str, Meta(max_length=own.max_length)]
    if own.type == "boolean":
        return bool
    number: type[int] | type[float] = int if own.type == "integer" else float
    least = None if own.minimum is None else number(own.minimum)
    most = None if own.maximum is None else number(own.maximum)
    return Annotated[number, Meta(ge=least, le=most)]


def _as_text(value: Any, own: ArgumentSettings | None) -> Any:
    """An order number of digits alone comes as a number."""
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return str(value) if own and own.type == "string" and is_number else value
