"""What every command shares: the configuration, logging, and one way to fail."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Annotated, Final, ParamSpec, TypeVar

import typer

from bot import observe
from bot.errors import KefuError, Misconfigured
from bot.settings import Settings, load

P = ParamSpec("P")
T = TypeVar("T")

FAILED: Final = 1

Config = Annotated[
    Path,
    typer.Option("--config", envvar="KEFU_CONFIG", help="The configuration file.", show_default=True),
]
DEFAULT_CONFIG: Final = Path("kefu.toml")

Tenant = Annotated[
    str, typer.Option("--tenant", help="The tenant's name; may be left out when there is one.")
]

Channel = Annotated[
    str,
    typer.Option(
        "--channel", help="Ask as its customers do; may be left out when the tenant has one channel."
    ),
]


def read_settings(config: Path) -> Settings:
    """Raises Misconfigured."""
    return load(config, os.environ)


def tenant_of(settings: Settings, name: str) -> str:
    """The tenant named, or the only one. Raises Misconfigured."""
    names = [tenant.name for tenant in settings.tenants]
    if name in names or (not name and len(names) == 1):
        return name or names[0]
    raise Misconfigured([f"--tenant: write one of {', '.join(names)}"])


def channel_of(settings: Settings, tenant: str, name: str) -> str:
    """The channel named, or the tenant's only one; empty where it has several, as none is meant then.

    Raises BadParameter.
    """
    names = [channel.name for channel in settings.channels if channel.tenant == tenant]
    if name in names or (not name and len(names) == 1):
        return name or names[0]
    if name:
        known = f"write one of {', '.join(names)}" if names else "it has none"
        raise typer.BadParameter(f"{tenant} has no channel {name!r}; {known}", param_hint="--channel")
    return ""


def set_up_logging(process: str) -> None:
    """As the environment says."""
    observe.set_up(process, os.environ)


def tells_problems(command: Callable[P, T]) -> Callable[P, T]:
    """Our own errors are for the operator: their text on standard error, exit code 1, no stack trace."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return command(*args, **kwargs)
        except Misconfigured as error:
            for problem in error.problems:
                print(problem, file=sys.stderr)
        except KefuError as error:
            print(f"kefu: {error}", file=sys.stderr)
        raise typer.Exit(FAILED)

    return run
