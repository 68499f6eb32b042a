"""The kinds of value that settings take."""

from __future__ import annotations

import re
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr

from bot.hours import Span
from bot.sentinel import Sentinels
from bot.settings.secrets import Secret


def _is_http(url: str) -> str:
    if url and not url.startswith(("http://", "https://")):
        raise ValueError("must start with http:// or https://")
    if url and not _has_host(url):
        raise ValueError("names no host, or one that can't be")
    return url.rstrip("/")


def _has_host(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return bool(parts.hostname) and parts.port != 0 and not re.search(r"\s", url)
    except ValueError:  # half an IPv6 address, a port that is none
        return False


def _is_redis(url: str) -> str:
    if url and not url.startswith(("redis://", "rediss://", "unix://")) and Sentinels.parse(url) is None:
        raise ValueError("is not of the right form")
    return url


def _is_aes_key(key: SecretStr) -> SecretStr:
    text = key.get_secret_value()
    if len(text) != 43 or not (text.isascii() and text.isalnum()):
        raise ValueError("must be 43 letters and digits")
    return key


def _is_there(key: SecretStr) -> SecretStr:
    """Whatever is signed with nothing, anybody can sign."""
    if not key.get_secret_value().strip():
        raise ValueError("is empty")
    return key


def _is_long(key: SecretStr) -> SecretStr:
    if len(key.get_secret_value()) < 32:
        raise ValueError("must be 32 characters or more")
    return key


def _is_secret_http(url: SecretStr) -> SecretStr:
    _is_http(url.get_secret_value())
    return _is_there(url)


def _is_word(text: str) -> str:
    """One character alone stands in words of all kinds."""
    if not 2 <= len(text.strip()) <= 50:
        raise ValueError("must have 2 to 50 characters")
    return text.strip()


def _is_span(text: str) -> str:
    Span.parse(text)
    return text


def _is_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ValueError, KeyError, OSError):  # no such form, no such name, a folder of names
        raise ValueError("is no time zone that this system knows") from None
    return name


Name = Annotated[str, Field(pattern=r"^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$")]
"""Of a tenant or channel: it stands in addresses and Redis keys, so no colon and nothing to escape."""


RedisUrl = Annotated[str, AfterValidator(_is_redis)]


HttpUrl = Annotated[str, AfterValidator(_is_http)]


AesKey = Annotated[Secret, AfterValidator(_is_aes_key)]


Key = Annotated[Secret, AfterValidator(_is_there)]


LongKey = Annotated[Secret, AfterValidator(_is_long)]


HostPattern = Annotated[str, Field(pattern=r"^(\*\.)?([a-z0-9-]{1,63}\.)+[a-z]{2,63}$")]


SecretUrl = Annotated[Secret, AfterValidator(_is_secret_http)]


OpenSpan = Annotated[str, AfterValidator(_is_span)]


Zone = Annotated[str, AfterValidator(_is_zone)]


KfId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]


Word = Annotated[str, AfterValidator(_is_word)]
"""Of a shop's own vocabulary."""


Side = Literal["in", "out"]
"""Of a conversation: what customers say, or what we answer."""


NAME_HELP = "1 to 40 small letters, digits and hyphens"


class Section(BaseModel):
    """A table of the configuration. Messages about it never show what was written: it may be a secret."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)
