"""Reading a configuration: the file, then the environment over it, then one check of everything."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from bot.errors import Misconfigured
from bot.settings import problems
from bot.settings.schema import Settings
from bot.settings.secrets import REFERENCE

PREFIX = "KEFU_"
_NOT_SETTINGS = {"KEFU_CONFIG", "KEFU_LOG_LEVEL", "KEFU_LOG_FORMAT", "KEFU_LOG_TEXTS"}
_KUBERNETES: Final = re.compile(
    r"[A-Z0-9_]+_(SERVICE_HOST=[0-9a-fA-F.:]+|SERVICE_PORT(_[A-Z0-9_]+)?=[0-9]+"
    r"|PORT(_[0-9]+_(TCP|UDP|SCTP))?=(tcp|udp|sctp)://\S+"
    r"|PORT_[0-9]+_(TCP|UDP|SCTP)_(PROTO=(tcp|udp|sctp)|PORT=[0-9]+|ADDR=[0-9a-fA-F.:]+))"
)
"""What it tells each pod of a service that is called kefu, or kefu-… (kubernetes.io, "Service", Environment
variables)."""
_LISTS = ("tenants", "channels")


def load(path: Path, environ: Mapping[str, str]) -> Settings:
    """Read `path`, with any value overridden by a variable such as KEFU_MODEL__BASE_URL.

    A member of a list goes by its name: KEFU_CHANNELS__SHOP_A_WECOM__SECRET. Lists are written as JSON.
    Raises Misconfigured with every problem found.
    """
    data = _read(path)
    homeless = _override(data, environ)
    referred = _referred(data)
    wrong = [_no_setting(name) for name in homeless if name not in referred]
    wrong += _check_names(data)
    context = {"environ": environ, "folder": path.parent}
    try:
        settings = Settings.model_validate(data, context=context)
    except ValidationError as error:
        raise Misconfigured(wrong + problems.lines(error, data)) from None
    if wrong:
        raise Misconfigured(wrong)
    return _with_absolute_paths(settings, path.parent)


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise Misconfigured(
            [f"{path}: there is no such file; write it, or name another with --config"]
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise Misconfigured([f"{path}: can't be read ({error}); make it a UTF-8 text file"]) from None
    except tomllib.TOMLDecodeError as error:
        raise Misconfigured([f"{path}: is not valid TOML: {error}; mend that line"]) from None


def _override(data: dict[str, Any], environ: Mapping[str, str]) -> list[str]:
    """Write the environment's values into `data`; the variables that have no place there."""
    homeless = []
    for variable in sorted(environ):
        if not variable.startswith(PREFIX) or variable in _NOT_SETTINGS:
            continue
        path = variable.removeprefix(PREFIX).lower().split("__")
        place = _place(data, path[:-1]) if path[0] in Settings.model_fields else None
        if place is not None:
            place[path[-1]] = _value(environ[variable])
        elif not _KUBERNETES.fullmatch(f"{variable}={environ[variable]}"):
            homeless.append(variable)
    return homeless


def _referred(value: Any) -> frozenset[str]:
    """The variables that values refer to by `env:`: those may have any name."""
    if isinstance(value, str):
        return frozenset([value.removeprefix(REFERENCE)] if value.startswith(REFERENCE) else [])
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    return frozenset[str]().union(*map(_referred, inner))


def _no_setting(variable: str) -> str:
    return (
        f"{variable}: names no setting, and nothing says env:{variable}; write KEFU_SECTION__KEY, or unset it"
    )


def _place(data: dict[str, Any], path: list[str]) -> dict[str, Any] | None:
    """The table that a variable's value belongs in."""
    here: Any = data
    for position, step in enumerate(path):
        if isinstance(here, list):
            here = next((member for member in here if _is_named(member, step)), None)
        elif position == 0 and step in _LISTS:
            here = here.get(step, [])
        elif isinstance(here, dict):
            here = here.setdefault(step, {})
    return here if isinstance(here, dict) else None


def _is_named(member: Any, step: str) -> bool:
    return isinstance(member, dict) and str(member.get("name")).replace("-", "_") == step


def _value(text: str) -> Any:
    """A list or table is written as JSON; anything else is the text itself."""
    if text[:1] in "[{":
        try:
            return json.loads(text)
        except ValueError:
            return text
    return text


def _check_names(data: Mapping[str, Any]) -> Iterator[str]:
    """What no single table can know: names are unique, and each channel's tenant is there."""
    tenants, channels = _tables(data, "tenants"), _tables(data, "channels")
    for kind, tables in (("tenants", tenants), ("channels", channels)):
        names = [str(table.get("name")) for table in tables]
        for name in sorted({n for n in names if names.count(n) > 1}):
            yield f"{kind}.{name}: the name is used twice; give each its own"
    yield from _check_doors_of_tools(tenants, channels)
    known = [str(tenant.get("name")) for tenant in tenants]
    for channel in channels:
        if "tenant" in channel and channel["tenant"] not in known:
            key = f"channels.{channel.get('name', '?')}.tenant"
            yield f"{key}: there is no tenant of this name; write one of {', '.join(known) or '[[tenants]]'}"


def _check_doors_of_tools(tenants: list[dict[str, Any]], channels: list[dict[str, Any]]) -> Iterator[str]:
    """A name that is no door's would keep everybody from a tool."""
    for tenant in tenants:
        doors = [str(own.get("name")) for own in channels if own.get("tenant") == tenant.get("name")]
        for tool in _tables(tenant, "tools"):
            named = tool.get("channels")
            for name in named if isinstance(named, list) else []:
                if name not in doors:
                    key = f"tenants.{tenant.get('name', '?')}.tools.{tool.get('name', '?')}.channels"
                    yield f"{key}: {name} is no channel of this tenant; write some of {', '.join(doors)}"


def _tables(data: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    tables = data.get(key)
    return [table for table in tables if isinstance(table, dict)] if isinstance(tables, list) else []


def _with_absolute_paths(settings: Settings, folder: Path) -> Settings:
    base = folder.resolve()
    tenants = [
        tenant.model_copy(update={"knowledge": [base / path for path in tenant.knowledge]})
        for tenant in settings.tenants
    ]
    return settings.model_copy(update={"data_dir": base / settings.data_dir, "tenants": tenants})
