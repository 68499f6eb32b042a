"""`kefu up`, `kefu gateway`, `kefu worker`: the processes that stay."""

from __future__ import annotations

import os

import typer

from workers.cli.common import DEFAULT_CONFIG, Config, read_settings, set_up_logging, tells_problems


@tells_problems
def up(config: Config = DEFAULT_CONFIG) -> None:
    """Start everything on this machine: an embedded store, the doors and a worker. Ctrl-C stops all."""
    from workers import up as everything

    settings = read_settings(config)
    set_up_logging("up")
    host = "127.0.0.1" if settings.server.host == "0.0.0.0" else settings.server.host

    def started() -> None:
        print(f"Kefu is at http://{host}:{settings.server.port}/  (Ctrl-C stops it)", flush=True)

    raise typer.Exit(everything.run(settings, config.resolve(), started))


@tells_problems
def gateway(config: Config = DEFAULT_CONFIG) -> None:
    """Start the doors: callbacks of WeCom and DingTalk, and the web chat."""
    import uvloop

    from adapters.gateway import serve

    settings = read_settings(config)
    set_up_logging("gateway")
    uvloop.run(serve(settings))


@tells_problems
def worker(config: Config = DEFAULT_CONFIG) -> None:
    """Start a worker: it answers, delivers, and looks for what got stuck."""
    # As in knowledge/embed.py. Numpy's threads spin as well, and it reads this once, when it is loaded:
    # to learn what customers are up to took two seconds of two busy cores instead of 0.2.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    from workers.app import WorkerProcess

    settings = read_settings(config)
    set_up_logging("worker")
    raise typer.Exit(WorkerProcess(settings).run())
