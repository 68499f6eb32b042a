"""The command line: `kefu --help`."""

from __future__ import annotations

from importlib.metadata import version
from typing import Annotated

import typer

from workers.cli import ask, dead, doctor, evaluate, knowledge, opinions, people, processes, simulate

app = typer.Typer(
    name="kefu",
    help="Kefu (客服): answers your customers on WeCom, DingTalk and web chat, and loses no message.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _show_version(wanted: bool) -> None:
    if wanted:
        print(f"kefu {version('kefu')}")
        raise typer.Exit


@app.callback()
def _kefu(
    _version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Exit codes: 0, 1 (failed), 2 (usage)."""


app.command("up")(processes.up)
app.command("gateway")(processes.gateway)
app.command("worker")(processes.worker)
app.command("ask")(ask.ask)
app.command("eval")(evaluate.evaluate)
app.command("opinions")(opinions.opinions)
app.command("doctor")(doctor.doctor)
app.command("simulate")(simulate.simulate)
app.add_typer(knowledge.app, name="knowledge")
app.add_typer(people.app, name="people")
app.add_typer(dead.app, name="dead")


def main() -> None:
    """The `kefu` command."""
    app()
