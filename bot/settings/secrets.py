"""Secrets in a configuration are references: `env:NAME` or `file:PATH`. A literal is taken too."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, SecretStr, ValidationInfo

REFERENCE: Final = "env:"
_MAX_BYTES = 64 * 1024


def _resolve(value: Any, info: ValidationInfo) -> Any:
    """Follow the reference. Pydantic shows the secret to nobody; neither do our messages."""
    if not isinstance(value, str):
        return value
    context: Mapping[str, Any] = info.context or {}
    if value.startswith(REFERENCE):
        return _from_environment(value.removeprefix(REFERENCE), context.get("environ", {}))
    if value.startswith("file:"):
        return _from_file(context.get("folder", Path()) / value.removeprefix("file:"))
    return value


def _from_environment(name: str, environ: Mapping[str, str]) -> str:
    value = environ.get(name, "")
    if not value:
        raise ValueError(f"the environment variable {name} is not set")
    return value


def _from_file(path: Path) -> str:
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise ValueError(f"the file {path} is too large for a secret")
        value = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"the file {path} can't be read ({type(error).__name__})") from error
    if not value:
        raise ValueError(f"the file {path} is empty")
    return value


Secret = Annotated[SecretStr, BeforeValidator(_resolve)]
"""A text that shows as stars wherever it is printed; `.get_secret_value()` where it is used."""
