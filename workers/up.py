"""`kefu up`: everything on this machine, from one command."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import socket
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

import structlog
from filelock import FileLock, Timeout

from bot.errors import Misconfigured, Unavailable
from bot.settings import Settings
from bot.wiring import embedded_note
from workers import valkey
from workers.supervisor import Child, Supervisor

log = structlog.get_logger()

_GATEWAY_STOP_S: Final = 15.0
"""5 s for requests in flight, the same for messages on a stream, and some for closing up after them."""
_VALKEY_STOP_S: Final = 20.0
_MODEL_STOP_S: Final = 15.0
_AFTER_STOP_S: Final = 10.0
"""A worker's `stop_s` is for its turns; this is for closing up after them."""
_READY_WITHIN_S: Final = 60.0
BEHIND: Final = ("nice", "-n", "5")
"""Platforms wait for the doors, and nobody for a worker to the millisecond: where they share processors, the
doors go first."""


def run(settings: Settings, config: Path, started: Callable[[], None]) -> int:
    """Run until Ctrl-C or SIGTERM. The exit code. Raises Misconfigured, Unavailable."""
    run_folder = settings.data_dir / "run"
    _make_private(run_folder)
    lock = FileLock(run_folder / "up.lock")
    try:
        with lock.acquire(blocking=False):
            return asyncio.run(_supervise(settings, config, started))
    except Timeout:
        raise Misconfigured(
            [f"data_dir: {settings.data_dir} is in use by another `kefu up`; stop it, or write another"]
        ) from None


async def _supervise(settings: Settings, config: Path, started: Callable[[], None]) -> int:
    try:
        children = _children(settings, config)
        supervisor = Supervisor(children)
        for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(signum, supervisor.stop)
        await supervisor.run(started)
    finally:
        if not settings.redis.url:
            embedded_note(settings).unlink(missing_ok=True)
    if supervisor.failed:
        raise Unavailable(_hopeless(next(child for child in children if child.name == supervisor.failed)))
    return 0


def _hopeless(child: Child) -> str:
    """Of one with a log of its own nothing is above."""
    place = f"at the end of {child.log_file}" if child.log_file else "above"
    return f"{child.name} dies as soon as it starts; its last words are {place}"


def _children(settings: Settings, config: Path) -> list[Child]:
    logs = settings.data_dir / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    kefu = [sys.executable, "-m", "workers.cli"]
    own = ["--config", str(config)]
    children = []
    if not settings.redis.url:
        store = valkey.prepare(settings)
        children.append(Child("valkey", store.command, _VALKEY_STOP_S, store.ready, logs / "valkey.log"))
    if settings.model.serve:
        children.append(_model(settings, logs))
    children.append(Child("worker", [*BEHIND, *kefu, "worker", *own], settings.worker.stop_s + _AFTER_STOP_S))
    _check_port(settings)
    listening = _listens(settings)
    children.append(Child("gateway", [*kefu, "gateway", *own], _GATEWAY_STOP_S, listening))
    return children


def _model(settings: Settings, logs: Path) -> Child:
    """vLLM, or whatever serves like it. It may take minutes to load: nobody waits for it."""
    model = settings.model
    command = [
        serving_program(settings),
        *model.serve_command[1:],
        model.serve,
        "--host",
        valkey.HOST,
        "--port",
        str(model.serve_port),
    ]
    if model.model:
        command += ["--served-model-name", model.model]
    log_file = logs / "model.log"
    return Child("model", [*command, *model.serve_options], _MODEL_STOP_S, log_file=log_file, needed=False)


def serving_program(settings: Settings) -> str:
    """What serves the model. Raises Misconfigured when it is not installed."""
    name = settings.model.serve_command[0]
    program = shutil.which(name, path=_search_path())
    if program is None:
        mend = "install it (.venv/bin/pip install -e '.[vllm]'), or write where it is"
        raise Misconfigured([f"model.serve_command: there is no command {name!r} here; {mend}"])
    return program


def _search_path() -> str:
    """Beside our own interpreter first: a virtual environment need not be activated."""
    return os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])


def _check_port(settings: Settings) -> None:
    """Say so now, rather than let the gateway die of it five times."""
    host, port = settings.server.host, settings.server.port
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Misconfigured(
                [f"server.port: {host}:{port} can't be listened on ({error.strerror}); write a free port"]
            ) from error


def _listens(settings: Settings) -> Callable[[], Awaitable[None]]:
    """Wait until the gateway takes connections. Raises Unavailable."""
    host = "127.0.0.1" if settings.server.host == "0.0.0.0" else settings.server.host

    async def connect() -> None:
        while True:
            try:
                _, writer = await asyncio.open_connection(host, settings.server.port)
            except OSError:
                await asyncio.sleep(0.05)
            else:
                writer.close()
                return

    async def wait() -> None:
        try:
            async with asyncio.timeout(_READY_WITHIN_S):
                await connect()
        except TimeoutError as error:
            raise Unavailable(
                f"the gateway took no connection within {_READY_WITHIN_S:.0f} s; its last words are above"
            ) from error

    return wait


def _make_private(folder: Path) -> None:
    """It holds the embedded store's password."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
    except OSError as error:
        raise Misconfigured(
            [f"data_dir: {folder.parent} can't be written ({error.strerror}); write another folder"]
        ) from error
