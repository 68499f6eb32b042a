"""The secrets that a configuration holds, wherever they stand in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from pydantic import BaseModel, SecretStr

_SHORTEST: Final = 8
_SHORTEST_WORD: Final = 16
"""Characters, of letters alone: `password` stands in honest answers, however bad a password it is."""
_BEARER: Final = ("Bearer ", "Basic ", "Token ")


def secrets_of(settings: BaseModel) -> frozenset[str]:
    """Keys, tokens, passwords in addresses, and what a webhook's address has for a key."""
    return frozenset(
        secret
        for secret in _all(settings)
        if len(secret) >= (_SHORTEST_WORD if secret.isalpha() else _SHORTEST)
    )


def _all(value: Any) -> Iterator[str]:
    if isinstance(value, SecretStr):
        yield from _parts(value.get_secret_value())
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _all(getattr(value, name))
    elif isinstance(value, dict):
        for own in value.values():
            yield from _all(own)
    elif isinstance(value, list | tuple):
        for own in value:
            yield from _all(own)
    elif isinstance(value, str) and "://" in value and "@" in value:
        yield _password(value)


def _parts(secret: str) -> Iterator[str]:
    yield secret
    for scheme in _BEARER:
        yield secret.removeprefix(scheme)
    if secret.startswith(("http://", "https://")):
        yield from (value for _, value in parse_qsl(urlsplit(secret).query))


def _password(url: str) -> str:
    try:
        return urlsplit(url).password or ""
    except ValueError:
        return ""
