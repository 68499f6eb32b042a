"""`kefu simulate`: a chat in the terminal with a running Kefu, through a simulated platform.

The simulators belong to the repository, not to an installed Kefu. So they are loaded when they are asked for,
and this is the one module of the product that knows of them.
"""

from __future__ import annotations

import re
from enum import StrEnum
from importlib import import_module
from typing import Annotated, Final, Protocol, cast

import typer
from yarl import URL

from bot.errors import Misconfigured
from bot.settings import (
    DingTalkSettings,
    DingTalkStreamSettings,
    ServerSettings,
    Settings,
    WebChatSettings,
    WeComBotSettings,
    WeComKfSettings,
    WeComSettings,
)
from workers.cli.common import DEFAULT_CONFIG, FAILED, Config, read_settings, tells_problems

Simulated = WeComSettings | WeComKfSettings | WeComBotSettings | DingTalkSettings | DingTalkStreamSettings


class Kind(StrEnum):
    """The doors with a platform in front of them."""

    WECOM = "wecom"
    WECOM_KF = "wecom-kf"
    WECOM_BOT = "wecom-bot"
    DINGTALK = "dingtalk"
    DINGTALK_STREAM = "dingtalk-stream"


class Terminal(Protocol):
    """What `tests.simulators.terminal` has for us."""

    def run(
        self, channel: Simulated, *, gateway: str, customer: str, wait: float | None, answer_s: float
    ) -> bool:
        """Until the customer leaves: True when nothing asked for was missed. Raises Misconfigured.

        `wait` is for each reply; None: as long as one can come, of which an answer takes `answer_s` at most.
        """
        ...

    def sample(self, kind: str, *, name: str, tenant: str, api_base: str) -> str:
        """A channel for the configuration that needs no account."""
        ...


_PORTS: Final = {kind: 9101 + number for number, kind in enumerate(Kind)}
_CUSTOMER: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
"""What every platform takes as an id."""


def _an_id(text: str) -> str:
    if not _CUSTOMER.fullmatch(text):
        raise typer.BadParameter("write 1 to 64 letters, digits, hyphens and underscores")
    return text


@tells_problems
def simulate(
    kind: Annotated[Kind, typer.Argument(help="Which platform to be.")],
    channel: Annotated[
        str, typer.Option("--channel", help="The channel's name; may be left out when there is one.")
    ] = "",
    customer: Annotated[
        str, typer.Option("--customer", help="Who writes, by the platform's id.", callback=_an_id)
    ] = "terminal",
    port: Annotated[
        int | None,
        typer.Option("--port", help="Where the platform listens; api_base must name it.", min=1, max=65535),
    ] = None,
    wait: Annotated[
        float | None,
        typer.Option(
            "--wait",
            help="Seconds for each reply when lines are piped in; left out: as long as one can come.",
            min=0.1,
        ),
    ] = None,
    config: Config = DEFAULT_CONFIG,
) -> None:
    """Chat with a running Kefu as a customer of a platform, without an account there.

    Lines may be piped in: each waits for its reply, and the exit code is 1 when one got none.
    """
    settings, terminal = read_settings(config), _terminal()
    api_base = f"http://127.0.0.1:{port or _PORTS[kind]}"
    chosen = _chosen(settings, kind, channel)
    if chosen is None:
        block = terminal.sample(kind, name=f"try-{kind}", tenant=settings.tenants[0].name, api_base=api_base)
        raise Misconfigured(
            [f"{config}: has no channel of kind {kind}; add this, start Kefu again:\n\n{block}"]
        )
    _check_stands_in(chosen, api_base, port)
    gateway, answer_s = _address(settings.server), settings.tenant(chosen.tenant).limits.answer_s
    if not terminal.run(chosen, gateway=gateway, customer=customer, wait=wait, answer_s=answer_s):
        raise typer.Exit(FAILED)


def _terminal() -> Terminal:
    try:
        return cast("Terminal", import_module("tests.simulators.terminal"))
    except ModuleNotFoundError as error:
        if not str(error.name).startswith("tests"):
            raise
        raise Misconfigured(
            ["kefu simulate: the simulators are not installed; run it from a checkout of Kefu's repository"]
        ) from error


def _chosen(settings: Settings, kind: Kind, name: str) -> Simulated | None:
    """The channel named, or the only one of its kind; None when there is none. Raises Misconfigured."""
    channels = {
        channel.name: channel
        for channel in settings.channels
        if not isinstance(channel, WebChatSettings) and channel.kind == kind
    }
    if not channels:
        return None
    if name in channels or (not name and len(channels) == 1):
        return channels[name or next(iter(channels))]
    raise Misconfigured([f"--channel: write one of {', '.join(channels)}"])


def _check_stands_in(channel: Simulated, api_base: str, port: int | None) -> None:
    """We are the platform only for a Kefu that calls us. Raises Misconfigured."""
    url = URL(channel.api_base)
    if url.scheme != "http" or url.path != "/" or (port and url.port != port):
        raise Misconfigured(
            [
                f"channels.{channel.name}.api_base: names {channel.api_base}, where no simulator can listen; "
                f'set api_base = "{api_base}" and start Kefu again'
            ]
        )


def _address(server: ServerSettings) -> str:
    """Where to call a gateway that may listen on every address."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(server.host, server.host)
    return str(URL.build(scheme="http", host=host, port=server.port)).rstrip("/")
