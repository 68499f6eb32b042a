"""What the bot may look up and do for a customer: one table a tool."""

from __future__ import annotations

import re
from typing import Annotated, Any, Final, Literal, Self
from urllib.parse import urlsplit

import regex
from pydantic import AfterValidator, Field, model_validator

from bot.settings.fields import HttpUrl, Name, Section
from bot.settings.secrets import Secret
from bot.wording import DEFAULT_FOUND_NOTHING

_REFERS: Final = re.compile(r"(?<!\\)(?:\\\\)*\\[1-9]")
PLACE: Final = re.compile(r"\{([a-z][a-z0-9_]*)\}")
"""A placeholder for an argument."""
_OURS: Final = ("host", "content-length", "content-type", "idempotency-key", "transfer-encoding")
OUR_PREFIX: Final = "x-kefu-"


def _is_pattern(text: str) -> str:
    """It becomes a part of others: what it says of itself as a whole, or calls by a name, would be theirs."""
    try:
        read = regex.compile(rf"(?:{text})")
        re.compile(rf"(?:{text})")
    except (re.error, regex.error) as error:
        raise ValueError(f"is no regular expression, or not one for a part of a text ({error})") from None
    if read.groupindex or _REFERS.search(text):
        raise ValueError("must have no groups with names, and refer to none by its number")
    return text


def _has_fixed_host(url: str) -> str:
    """What a customer writes must never say which host is called."""
    if not re.fullmatch("[!-~]*", url):
        raise ValueError("must be percent-encoded where it is not ASCII")
    parts = urlsplit(url)
    if PLACE.search(parts.netloc) or "@" in parts.netloc or (url and not parts.hostname):
        raise ValueError("must name its host in full, without placeholders or a password")
    return url


ArgumentName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
_ToolName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
_Header = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9-]{0,63}$")]
_Pattern = Annotated[str, Field(max_length=300), AfterValidator(_is_pattern)]
_ToolUrl = Annotated[HttpUrl, AfterValidator(_has_fixed_host)]
_Path = Annotated[str, Field(pattern=r"^(\w+(\.\w+)*)?$", max_length=200)]
_Word = Annotated[str, Field(min_length=1)]
_Ask = Annotated[str, Field(min_length=2, max_length=100)]


class ArgumentSettings(Section):
    """One argument of a tool: the words of JSON schema that models understand and we check."""

    type: Literal["string", "integer", "number", "boolean"] = Field(
        "string", description='"string", "integer", "number" or "boolean"'
    )
    description: str = Field("", max_length=300, description="what it is, for the model")
    pattern: _Pattern = Field(
        "", description="a regular expression for the whole of a string, up to 300 characters"
    )
    enum: list[_Word] = Field([], max_length=50, description="the strings it may be, as a list; empty: any")
    max_length: int = Field(100, ge=1, le=4000, description="characters of a string, 1 to 4000")
    minimum: float | None = Field(None, allow_inf_nan=False, description="the least number")
    maximum: float | None = Field(None, allow_inf_nan=False, description="the greatest number")
    required: bool = Field(True, description="false, if it may be left out")
    kept: Literal["", "order", "item", "words"] = Field(
        "",
        description='"order" or "item", if it may be the one that was spoken of before; '
        '"words", if it is what the customer says',
    )

    @model_validator(mode="after")
    def _is_of_its_type(self) -> Self:
        """A check that would never be made is a mistake somebody should hear of."""
        if self.type != "string" and (self.enum or self.pattern):
            raise ValueError('enum and pattern are for type = "string"')
        if self.kept == "words" and (self.type != "string" or self.enum or self.pattern):
            raise ValueError('kept = "words" is for type = "string" without enum or pattern')
        if self.type not in ("integer", "number") and (self.minimum, self.maximum) != (None, None):
            raise ValueError("minimum and maximum are for numbers")
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            raise ValueError("minimum is over maximum, so no number would do")
        return self


class ToolSettings(Section):
    """One tool: an address of the shop's own server, or a function of its own Python."""

    name: _ToolName = Field(description="1 to 40 small letters, digits and _, a letter first")
    description: str = Field(
        min_length=1, max_length=500, description="when to use it, for the model, up to 500 characters"
    )
    method: Literal["GET", "POST", "PUT"] = Field("GET", description='"GET", "POST" or "PUT"')
    url: _ToolUrl = Field("", description='an address, "https://api.shop.example/orders/{order}"')
    headers: dict[_Header, Secret] = Field(
        {}, max_length=20, description="a table of headers, secrets as env:NAME or file:PATH"
    )
    python: str = Field(
        "",
        pattern=r"^([A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*)?$",
        description='an async function in place of url, "my_shop.tools:find_order"',
    )
    arguments: dict[ArgumentName, ArgumentSettings] = Field(
        {}, max_length=20, description="a table for each argument, like [tenants.tools.arguments.order]"
    )
    result: _Path = Field("", description='where in the answer the result is, like "data.order"; empty: all')
    template: str = Field(
        "",
        max_length=2000,
        description="the reply with the result's fields in braces, up to 2000 characters",
    )
    nothing: str = Field(
        DEFAULT_FOUND_NOTHING, min_length=1, max_length=500, description="the line when nothing is found"
    )
    asks: list[_Ask] = Field(
        [],
        max_length=50,
        description='what customers say who need it, as a list: ["订单 {order} 到哪了", "查物流"]',
    )
    needs: Literal["nothing", "customer", "order"] = Field(
        "nothing",
        description='"nothing", "customer" (one whom the shop knows) or "order" (its owner, or phone digits)',
    )
    owner: _Path = Field("", description='where in the result its owner\'s id is, like "customer_id"')
    phone: _Path = Field("", description='where in the result its phone number is, like "receiver.phone"')
    tries_per_hour: int = Field(
        5, ge=1, le=100, description="orders and phone digits that a customer may try in an hour, 1 to 100"
    )
    side_effect: bool = Field(False, description="true, if it changes something: a ticket, a cancellation")
    channels: list[Name] = Field(
        [], max_length=50, description="channels whose customers may use it, as a list; empty: all"
    )
    timeout_s: float = Field(5.0, gt=0, le=60, description="seconds for one call, up to 60")
    max_bytes: int = Field(65_536, ge=256, le=1024**2, description="bytes of an answer, 256 to 1048576")

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        """Each sentence says what to write."""
        for problem in self._problems():
            raise ValueError(problem)
        return self

    def _problems(self) -> list[str]:
        wrong = []
        if bool(self.url) == bool(self.python):
            wrong.append("write either url or python")
        known = self.arguments.keys()
        unknown = {name for text in (self.url, *self.asks) for name in PLACE.findall(text)} - known
        if unknown:
            wrong.append(f"the argument {min(unknown)} of url or asks is missing in arguments")
        if any(not self.arguments[name].required for name in PLACE.findall(self.url) if name in known):
            wrong.append("an argument in url can't be left out; make it required")
        if self.asks and not self.template:
            wrong.append("asks need a template for the reply")
        if self.side_effect and not self.template:
            wrong.append("side_effect needs a template, which tells the customer what was done")
        if self.side_effect and self.method == "GET" and not self.python:
            wrong.append('side_effect needs method "POST" or "PUT"')
        if self.needs == "order" and not self.phone:
            wrong.append('needs = "order" needs phone, which strangers are asked for')
        if self.needs == "order" and self.side_effect:
            wrong.append('nothing can be compared before a side_effect; write needs = "customer"')
        if ours := [name for name in self.headers if _is_ours(name)]:
            wrong.append(f"the header {ours[0]} is written by Kefu")
        return wrong


def _is_ours(header: str) -> bool:
    return header.lower() in _OURS or header.lower().startswith(OUR_PREFIX)


def schema(arguments: dict[str, ArgumentSettings]) -> dict[str, Any]:
    """The JSON schema of a tool's arguments, as models are told it."""
    return {
        "type": "object",
        "properties": {name: _property(argument) for name, argument in arguments.items()},
        "required": [name for name, argument in arguments.items() if argument.required],
    }


def _property(argument: ArgumentSettings) -> dict[str, Any]:
    told = argument.model_dump(include={"type", "description", "pattern", "enum", "minimum", "maximum"})
    return {key: value for key, value in told.items() if value not in ("", [], None)}
